package dev.stoker.infrastructure.host;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.HostFacts;
import dev.stoker.application.port.out.NotifySocket;
import dev.stoker.application.port.out.Surroundings;

/** The host. */
@Module
public interface HostModule {
  /** {@return what there is on this machine} */
  @Binds
  HostFacts facts(LinuxHostFacts adapter);

  /** {@return where the service manager listens} */
  @Binds
  NotifySocket notifySocket(DatagramNotifySocket adapter);

  /** {@return what this process runs in} */
  @Binds
  Surroundings surroundings(LinuxSurroundings adapter);
}
