package dev.stoker.infrastructure.demo;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.DemoModelWriter;

/** Which class stands behind the port. */
@Module
public interface DemoModule {
  /** {@return the adapter} */
  @Binds
  DemoModelWriter bind(LlamaDemoWriter adapter);
}
