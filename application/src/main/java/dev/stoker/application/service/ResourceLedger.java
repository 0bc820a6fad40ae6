package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.PortTable;
import dev.stoker.domain.failure.DeviceFailure.DevicesHeld;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.SurvivorsLeft;
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
 * every method is short.
 *
 * <p>A port is assigned to a service from its definition on. That port and its devices are held by
 * it from a launch until it is proven that nothing of the launch is left; who wants them meanwhile
 * is refused, or, where the holder is on its way down, waits for that proof.
 */
@ApplicationScope
final class ResourceLedger {
  private final PortTable portTable;
  private final DeviceTable devices;
  private final Map<ServiceName, Port> ports = new HashMap<>();
  private final Map<ServiceName, Claim> claims = new HashMap<>();

  @Inject
  ResourceLedger(PortTable portTable, DeviceTable devices) {
    this.portTable = portTable;
    this.devices = devices;
  }

  private static final class Claim {
    private final ServiceSpec spec;
    private final String device;
    private final Port port;

    /** Once known they stay: a device is no other when its driver fails. */
    private @Nullable Set<String> keys;

    /** On its way down for good: what it has will be free. */
    private boolean leaving;

    /** On its way down: its port will be free, or its own again. */
    private boolean ending;

    /** Completed when the ledger has changed for those who wait. */
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    Claim(ServiceSpec spec, String device) {
      this.spec = spec;
      this.device = device;
      this.port = spec.options().port();
    }
  }

  /** By what is known of the devices now: two names may mean the same one. */
  private boolean shareDevices(Claim one, Claim other) {
    Set<String> mine = devicesOf(one);
    Set<String> its = devicesOf(other);
    boolean anything = (mine == null || !mine.isEmpty()) && (its == null || !its.isEmpty());
    return anything && (mine == null || its == null || mine.stream().anyMatch(its::contains));
  }

  /**
   * {@return what it computes on; null for every device}
   *
   * <p>A server on a processor has no device; the stand-in has those it was given, to practise.
   */
  private @Nullable Set<String> devicesOf(Claim claim) {
    List<String> configured = claim.spec.options().devices();
    boolean onDevices = DeviceChoice.isNeeded(claim.device);
    if (claim.keys == null && onDevices) {
      claim.keys = devices.keys(claim.spec, claim.device);
    }
    if (claim.keys != null) {
      return claim.keys;
    }
    return configured.isEmpty() && onDevices ? null : Set.copyOf(configured);
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
   * @param leaving those whose ports are free for them: a launch waits until they are proven gone
   * @return the services on their ports, in the same order
   * @throws LifecycleException when a service that is not among them has a port that one asks for
   */
  synchronized List<ServiceSpec> assignPorts(List<ServiceSpec> specs, Set<ServiceName> leaving) {
    Map<ServiceName, Port> before = Map.copyOf(ports);
    try {
      leaving.forEach(ports::remove);
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

  /** A server of it that runs already has that port. */
  synchronized void remember(ServiceName service, Port port) {
    ports.putIfAbsent(service, port);
  }

  /** The service is no more. */
  void forget(ServiceName service) {
    Claim claim;
    synchronized (this) {
      claim = claims.remove(service);
      ports.remove(service);
    }
    if (claim != null) {
      claim.over.complete(null);
    }
  }

  /**
   * Claims port and devices of a service that is to be launched; nothing of an earlier launch of it
   * is left.
   *
   * @param device what its engine runs on, such as {@code cpu}
   * @return null when they are its own now, else what ends when asking again may help
   * @throws LifecycleException when a service that is up has them
   */
  @Nullable CompletableFuture<Void> claim(ServiceSpec spec, String device) {
    Claim wanted = new Claim(spec, device);
    Claim earlier = null;
    try {
      synchronized (this) {
        // As one: nobody is to get in between.
        earlier = claims.remove(spec.name());
        return take(spec.name(), wanted);
      }
    } finally {
      if (earlier != null) {
        earlier.over.complete(null);
      }
    }
  }

  /**
   * Notes what a launch of an earlier Stoker has, whoever else wants it: it has it already.
   *
   * @param device what its engine runs on, such as {@code cpu}
   */
  void hold(ServiceSpec spec, String device) {
    Claim earlier;
    synchronized (this) {
      Claim claim = new Claim(spec, device);
      // Until it is known whether it lives: who wants the same waits for that.
      claim.leaving = true;
      earlier = claims.put(spec.name(), claim);
    }
    if (earlier != null) {
      earlier.over.complete(null);
    }
  }

  private @Nullable CompletableFuture<Void> take(ServiceName name, Claim wanted) {
    Port port = wanted.port;
    for (Map.Entry<ServiceName, Claim> entry : claims.entrySet()) {
      Claim claim = entry.getValue();
      boolean samePort = claim.port.equals(port);
      boolean sameDevices = shareDevices(claim, wanted);
      if (claim.leaving ? samePort || sameDevices : claim.ending && samePort && !sameDevices) {
        return claim.over;
      }
      if (sameDevices) {
        throw new LifecycleException(
            new DevicesHeld(describe(wanted.spec.options().devices()), entry.getKey()));
      }
      if (samePort) {
        throw new LifecycleException(
            new PortInUse(port, new PortHolder(0, "service '" + entry.getKey() + "'")));
      }
    }
    claims.put(name, wanted);
    return null;
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
    claim.ending =
        state instanceof MachineState.Draining
            || state instanceof MachineState.Stopping
            || state instanceof MachineState.Sweeping;
    if (isGone(state)) {
      claims.remove(service);
      return claim.over;
    }
    if (wasLeaving && !claim.leaving) {
      // It stays after all: who waited asks again, and is refused.
      Claim renewed = new Claim(claim.spec, claim.device);
      renewed.keys = claim.keys;
      renewed.ending = claim.ending;
      claims.put(service, renewed);
      return claim.over;
    }
    return null;
  }

  private static boolean isLeaving(MachineState state) {
    AfterEnd next =
        switch (state) {
          case MachineState.Draining draining -> draining.next();
          case MachineState.Stopping stopping -> stopping.next();
          case MachineState.Sweeping sweeping -> sweeping.next();
          case MachineState.Recovering _ -> new AfterEnd.StayDown(false);
          default -> null;
        };
    return next instanceof AfterEnd.StayDown || next instanceof AfterEnd.GiveUp;
  }

  /** Of one that left processes behind nothing is proven: its devices stay its own. */
  private static boolean isGone(MachineState state) {
    return switch (state) {
      case MachineState.Stopped _ -> true;
      case MachineState.Observed observed -> observed.process() == null;
      case MachineState.Failed failed -> !(failed.why() instanceof SurvivorsLeft);
      default -> false;
    };
  }
}
