package dev.stoker.infrastructure.hub;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.ModelCache;

/** Which class stands behind the port. */
@Module
public interface HubModule {
  /** {@return the adapter} */
  @Binds
  ModelCache bind(FileModelCache adapter);
}
