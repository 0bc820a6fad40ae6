package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.model.ModelReference.DemoModel;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a model can be switched to, while the one before still serves: it is looked at,
 * fetched, and compared with the devices (FR-027).
 */
final class SwitchService {
  private static final Logger log = LoggerFactory.getLogger(SwitchService.class);

  private final DrivenPorts ports;
  private final DeviceTable devices;

  @Inject
  SwitchService(DrivenPorts ports, DeviceTable devices) {
    this.ports = ports;
    this.devices = devices;
  }

  /**
   * {@return what makes sure of a model}
   *
   * @param wanted the service with its new model
   * @param tell told how fetching goes on
   */
  Preparation preparation(ServiceSpec wanted, Consumer<ServiceNotice> tell) {
    ModelPreparation model =
        ModelPreparation.isNeeded(wanted, ports) ? ModelPreparation.of(wanted, ports, tell) : null;
    return new Preparation(wanted, tell, model);
  }

  /** What makes sure of one model; runs once. */
  final class Preparation {
    private final ServiceSpec wanted;
    private final Consumer<ServiceNotice> tell;
    private final @Nullable ModelPreparation model;

    private Preparation(
        ServiceSpec wanted, Consumer<ServiceNotice> tell, @Nullable ModelPreparation model) {
      this.wanted = wanted;
      this.tell = tell;
      this.model = model;
    }

    /** It is not wanted any more. */
    void cancel() {
      if (model != null) {
        model.cancel();
      }
    }

    /** {@return done when the model can be switched to} */
    CompletableFuture<Void> run() {
      return prepare(wanted, tell, model);
    }
  }

  private CompletableFuture<Void> prepare(
      ServiceSpec wanted, Consumer<ServiceNotice> tell, @Nullable ModelPreparation model) {
    CompletableFuture<Void> ready = new CompletableFuture<>();
    ports
        .scheduler()
        .execute(
            "switch-" + wanted.name(),
            () -> {
              try {
                check(wanted, tell, model);
                ready.complete(null);
              } catch (LifecycleException e) {
                ready.completeExceptionally(e);
              } catch (RuntimeException | Error e) {
                log.atError().setCause(e).addKeyValue("service", wanted.name()).log("no switch");
                ready.completeExceptionally(
                    new LifecycleException(new Internal(String.valueOf(e)), e));
              }
            });
    return ready;
  }

  private void check(
      ServiceSpec wanted, Consumer<ServiceNotice> tell, @Nullable ModelPreparation model) {
    InferenceProvider provider =
        Objects.requireNonNull(ports.providers().get(wanted.provider()), "no such provider");
    EngineInfo engine = provider.select(wanted.engine());
    if (wanted.model() instanceof DemoModel demo) {
      ports.demoModelWriter().write(demo.folder());
    }
    if (model != null) {
      model.run();
    }
    provider.preflight(wanted);
    if (!wanted.isPractice()) {
      Consumer<String> remark =
          sentence ->
              tell.accept(
                  new ServiceNotice.Remarked(wanted.name(), ports.clock().instant(), sentence));
      new RoomCheck(wanted, engine, ports, remark)
          .runOnEmpty(devices.known(wanted, engine.device()));
    }
  }
}
