package dev.stoker.domain.service;

import static dev.stoker.domain.service.ServiceMachine.notPermitted;
import static dev.stoker.domain.service.ServiceMachine.unchanged;

import dev.stoker.domain.failure.ServerFailure.HealthLost;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.service.Effect.Settle;
import dev.stoker.domain.service.Effect.Settlement;
import dev.stoker.domain.service.MachineState.Observed;
import dev.stoker.domain.service.ServiceCommand.EnsureHealthy;
import dev.stoker.domain.service.ServiceCommand.Restart;
import dev.stoker.domain.service.ServiceCommand.Start;
import dev.stoker.domain.service.ServiceCommand.Stop;
import dev.stoker.domain.service.ServiceEvent.Checked;
import dev.stoker.domain.service.ServiceEvent.OfLaunch;
import java.time.Instant;
import java.util.List;

/**
 * A service whose process is somebody else's: it is looked at, never launched or signalled (D6).
 */
final class ObservedService {
  private ObservedService() {}

  static Transition step(
      MachineState state, ServiceEvent event, LifecyclePolicy policy, Instant now) {
    return switch (event) {
      case Start _ -> notPermitted(state, "start", policy);
      case Stop _ -> notPermitted(state, "stop", policy);
      case Restart _ -> notPermitted(state, "restart", policy);
      case EnsureHealthy _ ->
          new Transition(
              state, List.of(new Effect.WatchHealth(state.memory().epoch())), "looks at it");
      case Checked checked -> observed(state, checked.result(), now);
      case OfLaunch _ -> unchanged(state, "not our process");
    };
  }

  private static Transition observed(MachineState state, HealthCheckResult result, Instant now) {
    int before = state instanceof Observed observed ? observed.failedChecks() : 0;
    int failed = result.countsAsFailure() ? before + 1 : 0;
    Observed next = new Observed(state.memory(), result, now, failed);
    Settlement answer =
        result instanceof HealthCheckResult.Healthy
            ? new Settlement.Ready()
            : new Settlement.Unable(new HealthLost(failed, result.describe()));
    return new Transition(next, List.of(new Settle(answer)), result.describe());
  }
}
