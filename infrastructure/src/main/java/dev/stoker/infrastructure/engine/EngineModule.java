package dev.stoker.infrastructure.engine;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.EngineInstaller;

/** Which class stands behind the port. */
@Module
public interface EngineModule {
  /** {@return the adapter} */
  @Binds
  EngineInstaller bind(UvEngineInstaller adapter);
}
