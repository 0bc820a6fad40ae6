package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.PortTable;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.DevicesHeld;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.service.AfterEnd;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which service has which port and which devices: neither is ever given twice (D1). For any thread;
 * every method is short and calls nobody while it holds the ledger.
 *
 * <p>A port belongs to a service from its definition on. Devices belong to it from its launch until
 * it is proven that nothing of the launch is left; who wants them meanwhile is refused, or, where
 * the holder is on its way down, waits for that proof.
 */
@ApplicationScope
final class ResourceLedger {
  /** Stands for every device: what a server takes that was told of none. */
  private static final Set<String> ALL = Set.of("*");

  private final PortTable portTable;
  private final Map<ServiceName, Port> ports = new HashMap<>();
  private final Map<ServiceName, Claim> claims = new HashMap<>();

  @Inject
  ResourceLedger(PortTable portTable) {
    this.portTable = portTable;
  }

  private static final class Claim {
    private final Set<String> devices;
    private boolean leaving;

    /** Completed when the ledger has changed for those who wait. */
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    Claim(Set<String> devices) {
      this.devices = devices;
    }

    boolean overlaps(Set<String> others) {
      return devices.equals(ALL)
          ? !others.isEmpty()
          : others.equals(ALL) || others.stream().anyMatch(devices::contains);
    }
  }

  /**
   * Gives a service its port: the one it asks for, or, where any will do, the next that no service
   * has and, beside the first, no stranger either.
   *
   * @return the service on its port
   * @throws LifecycleException when another service has the port that it asks for
   */
  synchronized ServiceSpec assignPort(ServiceSpec spec) {
    Port wanted = spec.options().port();
    Port own = ports.get(spec.name());
    if (spec.portMayMove() && own != null && own.number() >= wanted.number()) {
      return spec.onPort(own);
    }
    Set<Port> taken = new HashSet<>(ports.values());
    if (own != null) {
      taken.remove(own);
    }
    Port found = spec.portMayMove() ? nextFree(wanted, taken) : wanted;
    if (taken.contains(found)) {
      throw new LifecycleException(
          new PortInUse(found, new PortHolder(0, "service '" + ownerOf(found) + "'")));
    }
    ports.put(spec.name(), found);
    return spec.onPort(found);
  }

  /**
   * Gives several services their ports at once, whatever ports they had: all of them or none.
   *
   * @return the services on their ports, in the same order
   * @throws LifecycleException when a service that is not among them has a port that one asks for
   */
  synchronized List<ServiceSpec> assignPorts(List<ServiceSpec> specs) {
    Map<ServiceName, Port> before = Map.copyOf(ports);
    try {
      specs.forEach(spec -> ports.remove(spec.name()));
      specs.stream().filter(spec -> !spec.portMayMove()).forEach(this::assignPort);
      return specs.stream().map(spec -> assignAgain(spec, before.get(spec.name()))).toList();
    } catch (LifecycleException e) {
      ports.clear();
      ports.putAll(before);
      throw e;
    }
  }

  private ServiceSpec assignAgain(ServiceSpec spec, @Nullable Port before) {
    boolean keeps =
        spec.portMayMove()
            && before != null
            && before.number() >= spec.options().port().number()
            && !ports.containsValue(before);
    if (keeps) {
      ports.put(spec.name(), before);
    }
    return assignPort(spec);
  }

  private Port nextFree(Port first, Set<Port> taken) {
    for (int number = first.number(); number < Port.HIGHEST; number++) {
      Port port = new Port(number);
      boolean ours = taken.contains(port);
      if (!ours && (port.equals(first) || portTable.holder(port).isEmpty())) {
        return port;
      }
    }
    return first;
  }

  private ServiceName ownerOf(Port port) {
    return ports.entrySet().stream()
        .filter(entry -> entry.getValue().equals(port))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** The service is no more. */
  synchronized void forget(ServiceName service) {
    ports.remove(service);
  }

  /**
   * Claims the devices of a service that is to be launched.
   *
   * @return null when they are its own now, else what ends when asking again may help
   * @throws LifecycleException when a service that is up has them
   */
  synchronized @Nullable CompletableFuture<Void> claim(ServiceSpec spec, EngineInfo engine) {
    Set<String> wanted = devicesOf(spec, engine);
    for (Map.Entry<ServiceName, Claim> entry : claims.entrySet()) {
      Claim claim = entry.getValue();
      if (entry.getKey().equals(spec.name()) || !claim.overlaps(wanted)) {
        continue;
      }
      if (claim.leaving) {
        return claim.over;
      }
      throw new LifecycleException(
          new DevicesHeld(describe(spec.options().devices()), entry.getKey()));
    }
    if (!wanted.isEmpty()) {
      claims.put(spec.name(), new Claim(wanted));
    }
    return null;
  }

  /** A server on a processor has no device; the stand-in has those it was given, to practise. */
  private static Set<String> devicesOf(ServiceSpec spec, EngineInfo engine) {
    List<String> devices = spec.options().devices();
    if (!devices.isEmpty()) {
      return Set.copyOf(devices);
    }
    return engine.device().equals("cpu") ? Set.of() : ALL;
  }

  private static String describe(List<String> devices) {
    return devices.isEmpty() ? "every device" : "device " + String.join(", ", devices);
  }

  /** Learns where a service stands; who waits for its devices is told when that matters. */
  void standsAt(ServiceName service, MachineState state) {
    CompletableFuture<Void> changed = note(service, state);
    if (changed != null) {
      changed.complete(null);
    }
  }

  private synchronized @Nullable CompletableFuture<Void> note(
      ServiceName service, MachineState state) {
    Claim claim = claims.get(service);
    if (claim == null) {
      return null;
    }
    boolean wasLeaving = claim.leaving;
    claim.leaving = isLeaving(state);
    if (isGone(state)) {
      claims.remove(service);
      return claim.over;
    }
    if (wasLeaving && !claim.leaving) {
      // It stays after all: who waited asks again, and is refused.
      Claim renewed = new Claim(claim.devices);
      claims.put(service, renewed);
      return claim.over;
    }
    return null;
  }

  private static boolean isLeaving(MachineState state) {
    AfterEnd next =
        switch (state) {
          case MachineState.Stopping stopping -> stopping.next();
          case MachineState.Sweeping sweeping -> sweeping.next();
          default -> null;
        };
    return next instanceof AfterEnd.StayDown || next instanceof AfterEnd.GiveUp;
  }

  /** Of one that left processes behind nothing is proven: its devices stay its own. */
  private static boolean isGone(MachineState state) {
    return switch (state) {
      case MachineState.Stopped _ -> true;
      case MachineState.Failed failed ->
          !(failed.why() instanceof dev.stoker.domain.failure.ServerFailure.SurvivorsLeft);
      default -> false;
    };
  }
}
