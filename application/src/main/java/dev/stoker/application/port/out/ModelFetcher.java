package dev.stoker.application.port.out;

import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;

/** Fetches files of a model from the Hub into its cache. */
public interface ModelFetcher {
  /**
   * Fetches what is missing, several files at once, and compares each with its checksum. What was
   * fetched before, by whomever, is not fetched again; a file that was fetched in part is gone on
   * with. When it returns, all files are there.
   *
   * @param listing of the model
   * @param files those wanted
   * @return how much came over the network
   * @throws dev.stoker.domain.failure.LifecycleException when one cannot be had, the disk is too
   *     small, or the watcher wants no more; what was fetched stays
   */
  ByteSize fetch(Listing listing, List<RepoFile> files, Watcher watcher);

  /** Who fetches on behalf of; called by several threads. */
  interface Watcher {
    /**
     * So much of the wanted files is there.
     *
     * @param there of all of them together; a file that turned out to be damaged counts no more
     */
    void moved(ByteSize there);

    /** Something is worth knowing, such as another program that fetches the same file. */
    void remark(String sentence);

    /** {@return whether to end} Asked often. */
    boolean isCancelled();
  }
}
