package dev.stoker.application.service;

import dev.stoker.application.Checkup;
import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.Doctor;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.StateStore.GoodStart;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Looks at everything a server needs, and judges it. */
final class DoctorService implements Doctor {
  private static final int HEAD_LINES = 500;
  private static final int TAIL_LINES = 2000;

  private final DrivenPorts ports;

  @Inject
  DoctorService(DrivenPorts ports) {
    this.ports = ports;
  }

  @Override
  public List<Checkup> examine(List<ServiceSpec> services) {
    List<EngineInfo> engines =
        ports.providers().values().stream().flatMap(each -> each.engines().stream()).toList();
    List<Checkup> all = new ArrayList<>();
    List<Checkup> configured = configuredEngines(services);
    all.addAll(configured);
    if (configured.isEmpty() || !engines.isEmpty()) {
      all.add(engines(engines));
    }
    boolean wantsGpu = engines.stream().anyMatch(engine -> !engine.device().equals("cpu"));
    all.addAll(HostCheckups.of(ports.hostFacts().look(), wantsGpu));
    List<Lease> leases =
        ports.stateStore().openForReading() ? ports.stateStore().leases() : List.of();
    for (ServiceSpec service : services) {
      all.add(port(service.name(), service.options().port(), leases));
    }
    ports
        .surroundings()
        .warnings()
        .forEach(warning -> all.add(Checkup.warning("surroundings", warning, "")));
    return all;
  }

  /** Those that services name are used, wherever they are. */
  private List<Checkup> configuredEngines(List<ServiceSpec> services) {
    List<Checkup> all = new ArrayList<>();
    for (ServiceSpec service : services) {
      if (service.engine() == null || service.isPractice()) {
        continue;
      }
      String subject = "engine of '" + service.name() + "'";
      try {
        EngineInfo engine =
            Objects.requireNonNull(ports.providers().get(service.provider()))
                .select(service.engine());
        all.add(Checkup.ok(subject, engine.describe() + ", " + engine.python()));
      } catch (LifecycleException e) {
        all.add(Checkup.problem(subject, e.failure().what(), e.failure().remedy()));
      }
    }
    return all;
  }

  private Checkup engines(List<EngineInfo> engines) {
    if (engines.isEmpty()) {
      return Checkup.problem("engines", "no vLLM was found", "stoker engine install vllm");
    }
    return Checkup.ok(
        "engines", String.join(", ", engines.stream().map(EngineInfo::describe).toList()));
  }

  private Checkup port(ServiceName service, Port port, List<Lease> leases) {
    String subject = "port of '" + service + "'";
    Optional<PortHolder> holder = ports.portTable().holder(port);
    if (holder.isEmpty()) {
      return Checkup.ok(subject, port + " is free");
    }
    boolean own =
        leases.stream()
            .filter(each -> each.service().equals(service) && each.port().equals(port))
            .anyMatch(
                each ->
                    ports
                        .portTable()
                        .listensAmong(port, ports.processTrees().observe(each).identities()));
    return own
        ? Checkup.ok(subject, port + " is its own server's")
        : Checkup.problem(
            subject,
            port + " is in use by " + holder.get().describe(),
            "end that process, or give the service another port");
  }

  @Override
  public Optional<Comparison> compare(ServiceSpec service) {
    if (!ports.stateStore().openForReading()) {
      return Optional.empty();
    }
    Optional<GoodStart> good = ports.stateStore().lastGoodStart(service.name());
    if (good.isEmpty()) {
      return Optional.empty();
    }
    InferenceProvider provider =
        Objects.requireNonNull(ports.providers().get(service.provider()), "no such provider");
    EngineInfo engine = provider.select(service.engine());
    Map<String, String> now =
        Circumstances.of(
            provider.plan(atCommit(service), engine), engine, ports.hostFacts().driver());
    return Optional.of(
        new Comparison(
            good.get().at(),
            Circumstances.between(StartMemory.without(good.get().circumstances()), now)));
  }

  private ServiceSpec atCommit(ServiceSpec spec) {
    return ModelPreparation.isNeeded(spec, ports)
        ? ModelPin.at(spec, ModelPreparation.of(spec, ports, _ -> {}).commitHere())
        : spec;
  }

  @Override
  public Optional<Failure> explain(InputStream output) {
    List<String> lines = ports.serverOutput().read(output, HEAD_LINES, TAIL_LINES);
    for (InferenceProvider provider : ports.providers().values()) {
      Optional<Failure> found = provider.diagnose(lines);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
