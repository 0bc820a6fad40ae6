package dev.stoker.infrastructure.hook;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.IncidentHook;

/** Which class stands behind the port. */
@Module
public interface HookModule {
  /** {@return the adapter} */
  @Binds
  IncidentHook hook(ShellAndWebHook adapter);
}
