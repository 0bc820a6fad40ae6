package dev.stoker.application.port.out;

import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.unit.Port;
import java.util.Collection;
import java.util.Optional;

/** Who has which port on this machine. */
public interface PortTable {
  /**
   * {@return who keeps a server from listening there, or empty when it can; a connection that is
   * still closing (TIME_WAIT) keeps nobody}
   */
  Optional<PortHolder> holder(Port port);

  /** {@return whether the one that listens there is among these processes} */
  boolean listensAmong(Port port, Collection<ProcessIdentity> processes);
}
