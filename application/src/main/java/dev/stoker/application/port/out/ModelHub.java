package dev.stoker.application.port.out;

import dev.stoker.application.ModelFacts;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;

/**
 * The Hugging Face Hub, or a mirror of it (FR-013). Every call blocks on the network and throws
 * {@link dev.stoker.domain.failure.LifecycleException} with what is wrong: no such model, no
 * access, no way there.
 */
public interface ModelHub {
  /** {@return whether the environment says that nothing may be asked (FR-024)} */
  boolean isOffline();

  /** {@return what the Hub has of a model, now} That it may be read is certain then. */
  Listing look(ModelId id, Revision revision);

  /**
   * {@return which of its files are needed}
   *
   * @param code whether its code is trusted
   */
  NeededFiles needed(Listing listing, boolean code);

  /**
   * {@return what its files say; only their beginnings are fetched}
   *
   * @param type of the elements where the user chose one; empty otherwise
   */
  ModelFacts facts(Listing listing, String type);

  /**
   * A model as the Hub has it.
   *
   * @param id asked for
   * @param revision asked for
   * @param commit what that is now, 40 hexadecimal digits
   * @param gated whether terms had to be accepted
   * @param files all of them
   */
  record Listing(
      ModelId id, Revision revision, String commit, boolean gated, List<RepoFile> files) {
    /** Copies the list. */
    public Listing {
      files = List.copyOf(files);
    }

    /** {@return those of these names} */
    public List<RepoFile> named(List<String> names) {
      return files.stream().filter(file -> names.contains(file.path())).toList();
    }

    /** {@return how much these files take} */
    public static ByteSize size(List<RepoFile> files) {
      return new ByteSize(files.stream().mapToLong(file -> file.size().bytes()).sum());
    }
  }
}
