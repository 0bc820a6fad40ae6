package dev.stoker.application.port.in;

import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.service.ServiceName;
import java.util.List;

/** What a Stoker that was killed left behind (NFR-011). Calls block. */
public interface LeftoverSweep {
  /** {@return what is left, oldest first; found by lease and by the mark in the environment} */
  List<Leftover> find();

  /**
   * Sees to it that nobody is given what servers of an earlier Stoker have, and removes what is
   * left of those that live no more.
   *
   * @param own the service that is taken over, and so left alone here
   * @return those that live
   */
  List<Leftover> reserve(ServiceName own);

  /** {@return what carries the mark of this home, and the state does not know: it was lost} */
  List<Leftover> strays();

  /**
   * Ends what can be proven ours, removes what it left, and proves it.
   *
   * @return what was done, one entry a leftover
   */
  List<Swept> sweep();

  /**
   * Something left.
   *
   * @param service whose it was
   * @param description service, processes and port, for people
   * @param living how many of its processes live
   */
  record Leftover(ServiceName service, String description, int living) {}

  /**
   * Something swept.
   *
   * @param leftover what it was
   * @param ended how many processes were ended
   * @param survivors what could not be ended
   */
  record Swept(Leftover leftover, int ended, List<Survivor> survivors) {
    /** Copies the list. */
    public Swept {
      survivors = List.copyOf(survivors);
    }
  }
}
