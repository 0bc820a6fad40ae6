package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.failure.ControlFailure.SwitchFailed;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.MachineState;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A change of a service's model that is under way (FR-027). Until the new model serves nothing of
 * it is written down as wished. For the supervisor's thread.
 */
final class ModelSwitch {
  private final ServiceSpec before;
  private final ServiceSpec after;
  private final boolean wasUp;
  private final BiConsumer<ServiceSpec, ModelReference> keepWish;
  private final CompletableFuture<ServiceStatus> waiter;

  /** Why the new one does not serve; then the one before is on its way back. */
  private @Nullable Failure problem;

  /** Whether a stop was asked for since. */
  private boolean ending;

  ModelSwitch(
      ServiceSpec before,
      ServiceSpec after,
      boolean wasUp,
      BiConsumer<ServiceSpec, ModelReference> keepWish,
      CompletableFuture<ServiceStatus> waiter) {
    this.before = before;
    this.after = after;
    this.wasUp = wasUp;
    this.keepWish = keepWish;
    this.waiter = waiter;
  }

  ServiceSpec before() {
    return before;
  }

  ServiceSpec after() {
    return after;
  }

  /** What has become of it. */
  enum Outcome {
    /** That is not known yet. */
    PENDING,
    /** The new model serves. */
    SERVES,
    /** It does not, and the one before is to be started. */
    COMES_BACK,
    /** What is meant is the one before, whether it serves or not. */
    OVER;

    boolean isEnd() {
      return this == SERVES || this == OVER;
    }

    boolean isTakenBack() {
      return this == COMES_BACK || this == OVER;
    }
  }

  /** {@return whether it served, or was to, before} */
  boolean wasUp() {
    return wasUp;
  }

  /** From now on nothing is started for it. */
  void stopWanted() {
    ending = true;
  }

  /** {@return what it was before; who waits is told that something else was wanted} */
  ServiceSpec abandoned() {
    fail(new Cancelled("something else was asked of it meanwhile"));
    return before;
  }

  /** {@return what has become of it, the service standing there; who waits is told the end} */
  Outcome decide(MachineState state, ServiceStatus status) {
    Failure why = problem;
    return switch (state) {
      case MachineState.Running _ when why == null -> {
        keep(status);
        yield Outcome.SERVES;
      }
      case MachineState.Running _ -> over(failed(Objects.requireNonNull(why), null));
      // What was down before, or is to be, is not started for that.
      case MachineState.Failed failed when why == null && (ending || !wasUp) -> over(failed.why());
      case MachineState.Failed failed when why == null -> {
        problem = failed.why();
        yield Outcome.COMES_BACK;
      }
      case MachineState.Failed failed -> over(failed(Objects.requireNonNull(why), failed.why()));
      case MachineState.Stopped _ -> {
        Cancelled stopped = new Cancelled("it was stopped");
        yield over(why == null ? stopped : failed(why, stopped));
      }
      default -> Outcome.PENDING;
    };
  }

  private SwitchFailed failed(Failure why, @Nullable Failure worse) {
    return new SwitchFailed(after.model().argument(), why, before.model().argument(), worse);
  }

  private Outcome over(Failure failure) {
    fail(failure);
    return Outcome.OVER;
  }

  /** It serves whether or not that can be written down; who waits learns of both. */
  private void keep(ServiceStatus status) {
    try {
      keepWish.accept(after, before.model());
      waiter.complete(status);
    } catch (LifecycleException e) {
      waiter.completeExceptionally(e);
    }
  }

  private void fail(Failure failure) {
    waiter.completeExceptionally(new LifecycleException(failure));
  }
}
