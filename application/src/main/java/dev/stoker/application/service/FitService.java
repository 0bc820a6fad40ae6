package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ModelFacts;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.ModelFit;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.HostFacts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.NotCached;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.fit.FitEstimate;
import dev.stoker.domain.fit.FitQuestion;
import dev.stoker.domain.fit.MemoryFit;
import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import dev.stoker.domain.unit.ByteSize;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Puts together what a model, an engine and devices say, and asks whether it fits. */
final class FitService implements ModelFit {
  private static final String CPU = "cpu";

  private final DrivenPorts ports;

  @Inject
  FitService(DrivenPorts ports) {
    this.ports = ports;
  }

  @Override
  public Report fit(ServiceSpec service, List<DeviceMemory> assumed) {
    InferenceProvider provider =
        Objects.requireNonNull(ports.providers().get(service.provider()), "no such provider");
    EngineInfo engine = provider.select(service.engine());
    MemoryPlan plan = provider.memory(service, engine);
    ModelFacts facts = facts(service, plan.type());
    List<DeviceMemory> devices = assumed.isEmpty() ? here(engine) : assumed;
    ModelShape shape = facts.shape();
    ModelWeights weights = facts.weights();
    FitEstimate estimate =
        shape == null || weights == null
            ? null
            : MemoryFit.of(
                new FitQuestion(shape, weights, devices, plan.settings(), plan.footprint(), null));
    return new Report(engine.describe(), facts, plan, devices, estimate);
  }

  private ModelFacts facts(ServiceSpec service, String type) {
    return switch (service.model()) {
      case LocalModel local -> ofFolder(local.folder(), type);
      case DemoModel demo -> {
        ports.demoModelWriter().write(demo.folder());
        yield ofFolder(demo.folder(), type);
      }
      case HubModel hub -> ofHub(hub, type);
    };
  }

  private ModelFacts ofFolder(Path folder, String type) {
    return ports.modelCache().facts(folder, type);
  }

  private ModelFacts ofHub(HubModel hub, String type) {
    Snapshot snapshot = ports.modelCache().examine(hub.id(), hub.revision(), false);
    Path folder = snapshot.folder();
    if (folder != null && snapshot.isComplete()) {
      return ofFolder(folder, type);
    }
    if (ports.modelHub().isOffline()) {
      throw new LifecycleException(new NotCached(hub.text(), snapshot.missing(), Evidence.none()));
    }
    return ports.modelHub().facts(ports.modelHub().look(hub.id(), hub.revision()), type);
  }

  /** Of GPUs nothing is known yet. */
  private List<DeviceMemory> here(EngineInfo engine) {
    if (!engine.device().equals(CPU)) {
      return List.of();
    }
    HostFacts.Facts host = ports.hostFacts().look();
    ByteSize total = host.memory();
    ByteSize free = host.freeMemory();
    return total == null || free == null
        ? List.of()
        : List.of(new DeviceMemory(CPU, "this machine's memory", total, free));
  }
}
