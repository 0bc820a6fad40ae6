package dev.stoker.application.port.out;

import dev.stoker.application.ModelFacts;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Hub's cache on this machine, which other programs use too. Calls block on the disk. */
public interface ModelCache {
  /** {@return what is there of that model; cheap: file names and sizes} */
  Cached look(ModelId id);

  /**
   * What is there of a model.
   *
   * @param bytes how many, half-fetched ones included; 0 for none
   * @param whole whether there are weights and nothing is half-fetched; that no file is missing is
   *     not known by it
   */
  record Cached(ByteSize bytes, boolean whole) {}

  /** {@return where it is} */
  Path place();

  /** {@return every model of which something is there, by name} */
  List<CachedModel> list();

  /**
   * A model of which something is there.
   *
   * @param id of it
   * @param commits whose files are there, the latest first
   * @param bytes on the disk, of all commits together
   * @param unfinished how many of them belong to files that were not fetched to the end
   */
  record CachedModel(ModelId id, List<String> commits, ByteSize bytes, ByteSize unfinished) {
    /** Copies the list. */
    public CachedModel {
      commits = List.copyOf(commits);
    }
  }

  /**
   * {@return what is there of a state of a model, judged by its files: index, sizes, headers}
   *
   * @param code whether its code is needed too
   */
  Snapshot examine(ModelId id, Revision revision, boolean code);

  /**
   * A state of a model as far as it is there.
   *
   * @param commit which state; empty where nothing of it is there
   * @param folder with its files; null where nothing of it is there
   * @param needed which of them are needed, and which of those are missing; null where that cannot
   *     be told
   * @param damaged what is wrong with files that are there, a sentence each
   * @param bytes that the needed files take
   */
  record Snapshot(
      String commit,
      @Nullable Path folder,
      @Nullable NeededFiles needed,
      List<String> damaged,
      ByteSize bytes) {
    /** Copies the list. */
    public Snapshot {
      damaged = List.copyOf(damaged);
    }

    /** {@return whether it can be served without a network} */
    public boolean isComplete() {
      return needed != null && needed.isComplete() && damaged.isEmpty();
    }

    /** {@return what keeps it from that, a few words each} */
    public List<String> missing() {
      return Stream.concat(
              needed == null ? Stream.of() : needed.missing().stream(), damaged.stream())
          .toList();
    }
  }

  /**
   * Reads every byte of a state of a model and compares it with the checksum that it is named by.
   *
   * @param each told of each file that was read, with what is wrong or an empty text
   * @return how many files were compared
   */
  int verify(Snapshot snapshot, Consumer<Verified> each);

  /**
   * A file that was read.
   *
   * @param file its name
   * @param size how long it is
   * @param problem what is wrong; empty where it is what its name says
   */
  record Verified(String file, ByteSize size, String problem) {}

  /**
   * Removes everything of a model.
   *
   * @return how much that freed; zero where nothing was there
   * @throws dev.stoker.domain.failure.LifecycleException where it cannot be removed, or is being
   *     fetched
   */
  ByteSize remove(ModelId id);

  /**
   * {@return what the files of a folder say}
   *
   * @param type of the elements where the user chose one; empty otherwise
   * @throws dev.stoker.domain.failure.LifecycleException when it is no model
   */
  ModelFacts facts(Path folder, String type);
}
