package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.MachineState;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a service is meant to be, and whether a switch of its model is under way or being prepared.
 * Written by the supervisor's thread alone; read by any.
 */
final class MeantSpec {
  private final Overrule overrule = new Overrule();
  private volatile ServiceSpec spec;
  private @Nullable ModelSwitch switching;

  MeantSpec(ServiceSpec spec) {
    this.spec = spec;
  }

  /** {@return what is to be launched; during a switch that with the new model} */
  ServiceSpec now() {
    return spec;
  }

  /** {@return what it is to be when no switch succeeds} */
  ServiceSpec settled() {
    ModelSwitch current = switching;
    return current == null ? spec : current.before();
  }

  boolean isSwitching() {
    return switching != null;
  }

  /** {@return the ticket of a switch that is being prepared} */
  long announce(Runnable overruled) {
    return overrule.next(overruled);
  }

  /** No switch that is being prepared is wanted any more. */
  void overrule() {
    overrule.now();
  }

  /** It is meant to be another; a switch is over with that. */
  void become(ServiceSpec other) {
    overrule.now();
    endSwitch();
    spec = other;
  }

  private void endSwitch() {
    ModelSwitch current = switching;
    if (current != null) {
      spec = current.abandoned();
      switching = null;
    }
  }

  /** A stop wins: nothing of a switch starts anything any more. */
  void stopWanted() {
    overrule.now();
    if (switching != null) {
      switching.stopWanted();
    }
  }

  /**
   * {@return whether the switch that was announced with that ticket is needed, and wanted still}
   */
  boolean isNeeded(ModelReference model, long ticket) {
    overrule.require(ticket);
    return switching != null || !spec.model().equals(model);
  }

  /** A switch begins; one that was under way is over. */
  void begin(
      ModelReference model,
      boolean up,
      BiConsumer<ServiceSpec, ModelReference> keepWish,
      CompletableFuture<ServiceStatus> waiter) {
    boolean wasUp = switching == null ? up : switching.wasUp();
    endSwitch();
    ModelSwitch begun = new ModelSwitch(spec, spec.withModel(model), wasUp, keepWish, waiter);
    switching = begun;
    spec = begun.after();
  }

  /** {@return what has become of the switch, the service standing there} */
  ModelSwitch.Outcome follow(MachineState state, ServiceStatus status) {
    ModelSwitch current = switching;
    if (current == null) {
      return ModelSwitch.Outcome.PENDING;
    }
    ModelSwitch.Outcome outcome = current.decide(state, status);
    if (outcome.isEnd()) {
      switching = null;
    }
    if (outcome.isTakenBack()) {
      spec = current.before();
    }
    return outcome;
  }
}
