package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ModelFacts;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.ModelFit;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.StateStore.GoodStart;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.fit.FitEstimate;
import dev.stoker.domain.fit.FitQuestion;
import dev.stoker.domain.fit.MemoryFit;
import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.unit.ByteSize;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Puts together what a model, an engine and devices say, and asks whether it fits. */
final class FitService implements ModelFit {
  private final DrivenPorts ports;
  private final DeviceTable devices;

  @Inject
  FitService(DrivenPorts ports, DeviceTable devices) {
    this.ports = ports;
    this.devices = devices;
  }

  @Override
  public Report fit(ServiceSpec service, List<DeviceMemory> assumed) {
    InferenceProvider provider =
        Objects.requireNonNull(ports.providers().get(service.provider()), "no such provider");
    EngineInfo engine = provider.select(service.engine());
    MemoryPlan plan = provider.memory(service, engine);
    ModelFacts facts = new ModelLook(ports).facts(service.model(), plan.type());
    List<DeviceMemory> memories = assumed.isEmpty() ? here(service, engine) : assumed;
    ByteSize measured =
        StartMemory.beside(
            lastStart(service).orElse(null),
            service.model().argument(),
            engine.describe(),
            plan,
            memories);
    ModelShape shape = facts.shape();
    ModelWeights weights = facts.weights();
    FitEstimate estimate =
        shape == null || weights == null
            ? null
            : MemoryFit.of(
                new FitQuestion(
                    shape, weights, memories, plan.settings(), plan.footprint(), measured));
    return new Report(engine.describe(), facts, plan, memories, measured, estimate);
  }

  /** Beside whoever owns the state. */
  private Optional<GoodStart> lastStart(ServiceSpec service) {
    // Not closed: it may be the owner's own, of the daemon that is asked.
    return ports.stateStore().openForReading()
        ? ports.stateStore().lastGoodStart(service.name())
        : Optional.empty();
  }

  /** The devices that a server of it would use, else the machine's memory. */
  private List<DeviceMemory> here(ServiceSpec service, EngineInfo engine) {
    if (DeviceChoice.isNeeded(engine.device())) {
      GpuReport report = ports.gpuProbe().look();
      return RoomCheck.memories(devices.choose(service, engine.device(), report).visible());
    }
    return RoomCheck.machine(ports);
  }
}
