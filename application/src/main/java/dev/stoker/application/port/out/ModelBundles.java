package dev.stoker.application.port.out;

import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.util.List;

/**
 * Folders that carry a model to a machine without a network: its files, and a list of them with
 * their SHA-256. Calls block; every failure is a {@link
 * dev.stoker.domain.failure.LifecycleException}. What was begun goes on where it was.
 */
public interface ModelBundles {
  /**
   * Writes a model of the cache into a folder; the list comes last, so that a folder with one is
   * complete.
   *
   * @param snapshot complete
   * @return how much was copied now
   */
  ByteSize write(HubModel model, Snapshot snapshot, Path folder, ModelFetcher.Watcher watcher);

  /**
   * {@return what a folder carries; its names are checked, its contents are not yet}
   *
   * @param code whether the model's own code is wanted too
   */
  Carried open(Path folder, boolean code);

  /** A bundle whose list was read once: what was looked at is what is taken. */
  interface Carried {
    /** {@return what its list says} */
    Contents contents();

    /**
     * Takes the needed files into the cache, and no others; each is compared with its checksum
     * before it gets its name.
     *
     * @return how much was copied now
     */
    ByteSize take(ModelFetcher.Watcher watcher);
  }

  /**
   * What is carried.
   *
   * @param model which, with the revision it was fetched as
   * @param commit which state
   * @param files all of them
   * @param needed which of them are needed
   */
  record Contents(HubModel model, String commit, List<RepoFile> files, NeededFiles needed) {
    /** Copies the list. */
    public Contents {
      files = List.copyOf(files);
    }
  }
}
