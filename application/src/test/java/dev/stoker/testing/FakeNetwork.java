package dev.stoker.testing;

import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.application.port.out.PortTable;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Ports: those of strangers, and those of fake servers that listen. */
public final class FakeNetwork implements PortTable, HealthProbe {
  private final FakeMachine machine;
  private final Map<Port, PortHolder> strangers = new HashMap<>();
  private boolean wrongModel;

  FakeNetwork(FakeMachine machine) {
    this.machine = machine;
  }

  /** A stranger takes a port. */
  public void occupy(Port port, PortHolder holder) {
    strangers.put(port, holder);
  }

  /** The stranger lets go of it. */
  public void leave(Port port) {
    strangers.remove(port);
  }

  /** Whether servers list another model than was asked for. */
  public void setWrongModel(boolean now) {
    wrongModel = now;
  }

  private Optional<FakeServer> listener(Port port) {
    return machine.servers().stream()
        .filter(server -> server.isListening() && server.lease().port().equals(port))
        .findFirst();
  }

  @Override
  public Optional<PortHolder> holder(Port port) {
    Optional<PortHolder> stranger = Optional.ofNullable(strangers.get(port));
    return stranger.or(
        () -> listener(port).map(server -> new PortHolder(server.process().pid(), "python")));
  }

  @Override
  public boolean listensAmong(Port port, Collection<ProcessIdentity> processes) {
    return !strangers.containsKey(port)
        && listener(port).map(server -> processes.contains(server.process())).orElse(false);
  }

  @Override
  public boolean accepts(Port port) {
    return strangers.containsKey(port) || listener(port).isPresent();
  }

  @Override
  public HealthCheckResult check(Port port, String servedName) {
    if (wrongModel) {
      return new HealthCheckResult.WrongModel(servedName, "another");
    }
    return listener(port)
        .<HealthCheckResult>map(
            server ->
                server.isHealthy()
                    ? new HealthCheckResult.Healthy(Duration.ofMillis(1))
                    : new HealthCheckResult.BadStatus("/health", 503))
        .orElseGet(HealthCheckResult.Refused::new);
  }

  @Override
  public HealthCheckResult answersOne(Port port, String servedName, Duration patience) {
    return check(port, servedName);
  }
}
