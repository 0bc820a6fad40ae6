package dev.stoker.infrastructure.output;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.ServerOutput;

/** Which class stands behind the port. */
@Module
public interface OutputModule {
  /** {@return the adapter} */
  @Binds
  ServerOutput bind(FileServerOutput adapter);
}
