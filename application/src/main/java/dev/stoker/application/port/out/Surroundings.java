package dev.stoker.application.port.out;

import java.util.List;

/** What this process runs in, as far as it matters to servers that are to outlive it. */
public interface Surroundings {
  /**
   * Makes this process fit for where it runs: as the first process of a container it takes leave of
   * the dead that nobody else does.
   */
  void prepare();

  /**
   * {@return what will end servers behind Stoker's back, each a sentence with its remedy; empty
   * when nothing is known to}
   */
  List<String> warnings();
}
