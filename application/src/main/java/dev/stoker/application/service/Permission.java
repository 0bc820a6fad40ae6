package dev.stoker.application.service;

import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.NotPermitted;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceCommand;

/** What may be asked of a service whose process is somebody else's (D6). */
final class Permission {
  private Permission() {}

  /**
   * Refuses it to who asks, and to nobody else who waits; an end that has begun may be hurried.
   *
   * @param leaving whether the service is being removed
   */
  static void require(
      ServiceCommand command, LifecycleMode mode, MachineState state, boolean leaving) {
    boolean ending =
        state instanceof MachineState.Stopping || state instanceof MachineState.Sweeping;
    String refused =
        switch (command) {
          case ServiceCommand.Start _ -> "start";
          case ServiceCommand.Restart _ -> "restart";
          case ServiceCommand.Stop _ -> ending || leaving ? "" : "stop";
          case ServiceCommand.EnsureHealthy _ -> "";
        };
    if (!refused.isEmpty() && !mode.ownsProcess()) {
      throw new LifecycleException(new NotPermitted(refused, mode.printed()));
    }
  }
}
