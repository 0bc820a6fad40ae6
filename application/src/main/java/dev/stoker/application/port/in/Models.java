package dev.stoker.application.port.in;

import dev.stoker.application.ModelFacts;
import dev.stoker.application.port.out.ModelCache.CachedModel;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.application.port.out.ModelCache.Verified;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The models on this machine and on the Hub. Calls block; every failure is a {@link
 * dev.stoker.domain.failure.LifecycleException}.
 */
public interface Models {
  /**
   * {@return which model a text means}
   *
   * @throws dev.stoker.domain.failure.LifecycleException when it means none
   */
  ModelReference reference(String text);

  /** {@return where models of the Hub are kept} */
  Path place();

  /** {@return every model of the Hub of which something is on this machine} */
  List<CachedModel> list();

  /**
   * {@return what is known of a model: here, and on the Hub where that may be asked}
   *
   * @throws dev.stoker.domain.failure.LifecycleException where nothing is known of it
   */
  Details show(ModelReference model);

  /**
   * What is known of a model.
   *
   * @param snapshot what is here of it; null for a folder of the user's own
   * @param published what the Hub has of it; null where it was not asked, or does not answer
   * @param silence why the Hub does not tell; empty where it does, or is not asked
   * @param facts what its files say; null where there are none to read
   */
  record Details(
      @Nullable Snapshot snapshot,
      @Nullable Published published,
      String silence,
      @Nullable ModelFacts facts) {}

  /**
   * What the Hub has.
   *
   * @param commit which state
   * @param gated whether its terms had to be accepted
   * @param files how many of its files are needed
   * @param bytes how much they take
   */
  record Published(String commit, boolean gated, int files, ByteSize bytes) {}

  /**
   * Fetches what is missing of a model (FR-025).
   *
   * @param permission what may be fetched beside data
   * @param watcher told how it goes, by several threads
   * @return what is here now
   */
  Fetched pull(HubModel model, Permission permission, PullWatcher watcher);

  /**
   * What may be fetched that runs when it is loaded.
   *
   * @param pickles weights in Python's own format
   * @param code of the model's repository
   */
  record Permission(boolean pickles, boolean code) {
    /** {@return neither} */
    public static Permission dataOnly() {
      return new Permission(false, false);
    }
  }

  /**
   * A model that is complete.
   *
   * @param commit which state
   * @param folder where
   * @param bytes how much it takes
   * @param came how much of it was fetched now
   */
  record Fetched(String commit, Path folder, ByteSize bytes, ByteSize came) {}

  /** Who waits for a model. */
  interface PullWatcher {
    /** How it goes; several times a second. */
    void progress(PullProgress progress);

    /** Something is worth knowing. */
    void remark(String sentence);

    /** {@return whether to end} */
    boolean isCancelled();
  }

  /**
   * How far fetching is.
   *
   * @param there how much is here
   * @param total how much it will be
   * @param perSecond how much comes in a second; null where that is not known yet
   * @param left how long still, at that rate; null where that is not known
   */
  record PullProgress(
      ByteSize there, ByteSize total, @Nullable ByteSize perSecond, @Nullable Duration left) {}

  /**
   * Writes a complete model into a folder that can be carried to a machine without a network; what
   * was begun goes on where it was.
   *
   * @param permission what may be carried beside data
   * @param watcher told how it goes
   * @return what was carried, from where
   */
  Fetched exportBundle(HubModel model, Permission permission, Path folder, PullWatcher watcher);

  /**
   * Takes a model from such a folder into the Hub's cache, each file compared with its SHA-256.
   *
   * @param permission what may be taken beside data
   * @param watcher told how it goes
   * @return which model, and what is here now
   */
  Imported importBundle(Path folder, Permission permission, PullWatcher watcher);

  /**
   * A model that was carried.
   *
   * @param model which
   * @param fetched what is here
   */
  record Imported(HubModel model, Fetched fetched) {}

  /**
   * Compares every needed file with its checksum.
   *
   * @param each told of each file
   * @return what is here, and how many files were compared
   * @throws dev.stoker.domain.failure.LifecycleException where nothing of it is here
   */
  Verification verify(HubModel model, Consumer<Verified> each);

  /**
   * What was compared.
   *
   * @param snapshot as far as lengths and headers tell
   * @param compared how many files have a checksum
   */
  record Verification(Snapshot snapshot, int compared) {}

  /**
   * Removes everything of a model.
   *
   * @return how much that freed
   * @throws dev.stoker.domain.failure.LifecycleException where nothing of it is here, or a server
   *     runs with it
   */
  ByteSize remove(HubModel model);
}
