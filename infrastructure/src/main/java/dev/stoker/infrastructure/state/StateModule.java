package dev.stoker.infrastructure.state;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.StateStore;

/** Which class stands behind the port. */
@Module
public interface StateModule {
  /** {@return the adapter} */
  @Binds
  StateStore bind(SqliteStateStore adapter);
}
