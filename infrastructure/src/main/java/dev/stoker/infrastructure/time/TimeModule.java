package dev.stoker.infrastructure.time;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.application.port.out.Uptime;
import java.time.InstantSource;

/** Clock and threads. */
@Module
public interface TimeModule {
  /** {@return the scheduler} */
  @Binds
  Scheduler scheduler(VirtualThreadScheduler adapter);

  /** {@return the time since boot} */
  @Binds
  Uptime uptime(BootUptime adapter);

  /** {@return the machine's clock} */
  @Provides
  static InstantSource clock() {
    return InstantSource.system();
  }
}
