package dev.stoker.domain.service;

import static dev.stoker.domain.service.ServiceMachine.notPermitted;
import static dev.stoker.domain.service.ServiceMachine.settled;
import static dev.stoker.domain.service.ServiceMachine.unchanged;

import dev.stoker.domain.failure.ServerFailure.HealthLost;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.Effect.Settle;
import dev.stoker.domain.service.Effect.Settlement;
import dev.stoker.domain.service.MachineState.Observed;
import dev.stoker.domain.service.MachineState.Recovering;
import dev.stoker.domain.service.ServiceCommand.EnsureHealthy;
import dev.stoker.domain.service.ServiceCommand.Restart;
import dev.stoker.domain.service.ServiceCommand.Start;
import dev.stoker.domain.service.ServiceCommand.Stop;
import dev.stoker.domain.service.ServiceEvent.Checked;
import dev.stoker.domain.service.ServiceEvent.OfLaunch;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import dev.stoker.domain.service.ServiceEvent.Reconfigured;
import dev.stoker.domain.service.ServiceEvent.Resumed;
import dev.stoker.domain.unit.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service whose process is somebody else's: it is looked at, never launched or signalled (D6).
 */
final class ObservedService {
  private ObservedService() {}

  static Transition step(Observed state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return switch (event) {
      case Start _ -> notPermitted(state, "start", policy);
      case Stop _ -> notPermitted(state, "stop", policy);
      case Restart _ -> notPermitted(state, "restart", policy);
      case EnsureHealthy _ -> whetherHealthy(state, policy);
      case Checked checked -> observed(state, checked.result(), now);
      case Resumed _ -> new Transition(seen(state, state.process(), 0), List.of(), "was asleep");
      case ProcessExited exited ->
          new Transition(
              seen(state, null, state.failedChecks()),
              List.of(),
              "it was ours before, and ended: " + exited.status().describe());
      case Reconfigured _ -> reconfigured(state, policy, now);
      case OfLaunch _ -> unchanged(state, "not our process");
    };
  }

  private static Observed seen(
      Observed state, @Nullable ProcessIdentity process, int failedChecks) {
    return new Observed(state.memory(), process, state.last(), state.since(), failedChecks);
  }

  /** Monitored, it is checked all the time, and what was seen last is the answer. */
  private static Transition whetherHealthy(Observed state, LifecyclePolicy policy) {
    if (policy.mode() == LifecycleMode.EXTERNAL) {
      return new Transition(
          state, List.of(new Effect.CheckOnce(state.memory().epoch())), "looks at it");
    }
    return switch (state.last()) {
      case HealthCheckResult.Healthy _ -> settled(state, new Settlement.Ready(), "it runs");
      case HealthCheckResult.ProbeBroken _ -> unchanged(state, "waits for the next check");
      default -> settled(state, unwell(state.failedChecks(), state.last()), "it does not serve");
    };
  }

  private static Settlement unwell(int failedChecks, HealthCheckResult result) {
    return new Settlement.Unable(new HealthLost(failedChecks, result.describe()));
  }

  private static Transition observed(Observed state, HealthCheckResult result, Moment now) {
    int failed = result.countsAsFailure() ? state.failedChecks() + 1 : 0;
    boolean same = result.getClass() == state.last().getClass();
    Observed next =
        new Observed(
            state.memory(), state.process(), result, same ? state.since() : now.wall(), failed);
    Settlement answer =
        result instanceof HealthCheckResult.Healthy
            ? new Settlement.Ready()
            : unwell(failed, result);
    return new Transition(next, List.of(new Settle(answer)), result.describe());
  }

  /** A service that was not ours is ours from now on: it is looked at what of it may be kept. */
  private static Transition reconfigured(Observed state, LifecyclePolicy policy, Moment now) {
    long epoch = state.memory().epoch();
    return switch (policy.mode()) {
      case MANAGED ->
          new Transition(
              new Recovering(state.memory(), new AfterEnd.StayDown(false), true, now.wall()),
              List.of(new Effect.EndWatch(epoch), new Effect.Recover(epoch)),
              "managed from now on");
      case MONITORED ->
          new Transition(state, List.of(new Effect.WatchHealth(epoch)), "monitored from now on");
      case EXTERNAL ->
          // Who waits for the next check is not to wait for ever.
          new Transition(
              state,
              List.of(new Effect.EndWatch(epoch), new Effect.CheckOnce(epoch)),
              "external from now on");
    };
  }

  /**
   * Gives the service out of our hands: whatever runs of it goes on untouched.
   *
   * @param process its main process, null where none runs
   * @param serving since when it served, null where it did not
   */
  static Transition handOver(
      Memory memory,
      @Nullable ProcessIdentity process,
      @Nullable Instant serving,
      LifecyclePolicy policy,
      Moment now) {
    HealthCheckResult last =
        serving == null
            ? new HealthCheckResult.ProbeBroken("nobody has looked at it yet")
            : new HealthCheckResult.Healthy(Duration.ZERO);
    Observed next = new Observed(memory, process, last, serving == null ? now.wall() : serving, 0);
    List<Effect> effects = new ArrayList<>();
    boolean monitored = policy.mode() == LifecycleMode.MONITORED;
    effects.add(
        monitored ? new Effect.WatchHealth(memory.epoch()) : new Effect.EndWatch(memory.epoch()));
    effects.add(
        new Settle(
            process == null
                ? new Settlement.Gone()
                : new Settlement.Kept(ServiceMachine.refusal("stop", policy))));
    if (!monitored) {
      // Monitored, who waits for readiness is answered by the next check.
      effects.add(new Settle(new Settlement.Aborted(ServiceMachine.refusal("start", policy))));
    }
    return new Transition(next, effects, policy.mode().printed() + " from now on");
  }
}
