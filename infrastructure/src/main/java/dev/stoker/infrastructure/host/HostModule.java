package dev.stoker.infrastructure.host;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.Surroundings;

/** The host. */
@Module
public interface HostModule {
  /** {@return what this process runs in} */
  @Binds
  Surroundings surroundings(LinuxSurroundings adapter);
}
