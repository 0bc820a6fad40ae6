package dev.stoker.performance;

import dev.stoker.application.Application;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How long it takes to find a hundred servers again that an earlier Stoker launched. */
final class TakingOverFigures {
  private static final int SERVERS = 100;
  private static final int FIRST_PORT = 20_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Path folder;

  TakingOverFigures(Path folder) {
    this.folder = folder;
  }

  void add(ResultTable table) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("STOKER_HOME", folder.resolve("home4").toString());
    Path file = folder.resolve("hundred.yml");
    StringBuilder text =
        new StringBuilder("providers: {vllm: {engine: practice, model: demo}}\nservices:\n");
    for (int i = 0; i < SERVERS; i++) {
      text.append("  s").append(i).append(": {model: demo, port: ").append(FIRST_PORT + i);
      text.append("}\n");
    }
    Files.writeString(file, text);
    DrivenPorts ports = Infrastructure.create(new Settings(environment, folder, folder));
    UseCases stoker = Application.wire(ports);
    stoker.home().take("performance");
    List<Process> servers = new ArrayList<>();
    try {
      for (int i = 0; i < SERVERS; i++) {
        servers.add(leave(ports, new ServiceName("s" + i), new Port(FIRST_PORT + i)));
      }
      long began = System.nanoTime();
      stoker.configuredServices().load(file.toString());
      while (unknown(stoker) > 0) {
        if (System.nanoTime() - began > PATIENCE_NANOS) {
          throw new IllegalStateException(unknown(stoker) + " not found");
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
      double took = (System.nanoTime() - began) / 1e6;
      for (int i = 0; i < SERVERS; i++) {
        Long pid = stoker.orchestrator().status(new ServiceName("s" + i)).pid();
        if (pid == null || pid != servers.get(i).pid()) {
          throw new IllegalStateException("s" + i + " is not taken over");
        }
      }
      table.add("100 servers of an earlier Stoker taken over", 1000, "ms", took);
    } finally {
      stoker.home().giveBack();
      for (Process server : servers) {
        server.destroyForcibly().waitFor();
      }
    }
  }

  private static long unknown(UseCases stoker) {
    return stoker.orchestrator().statuses().stream()
        .filter(status -> status.state() == ServiceState.UNKNOWN)
        .count();
  }

  /** What a Stoker that was killed leaves: a process with its mark, and a lease. */
  private static Process leave(DrivenPorts ports, ServiceName name, Port port) throws IOException {
    String cookie = ports.processTrees().newCookie(name, 1);
    RunFolders.Folder place = ports.runFolders().create(name, 1);
    ProcessBuilder builder = new ProcessBuilder("sleep", "600");
    builder.environment().put("STOKER_LEASE", cookie);
    Process server = builder.start();
    String boot = ports.processLauncher().bootId();
    ports
        .stateStore()
        .writeLease(
            new Lease(
                name,
                1,
                cookie,
                boot,
                null,
                port,
                place.path(),
                place.log(),
                Instant.now(),
                null,
                Set.of()));
    Lease known = ports.stateStore().leases(name).getFirst();
    ports
        .stateStore()
        .updateLease(
            known.with(
                new ProcessIdentity(server.pid(), UpFigures.startTicks(server.pid()), boot)));
    return server;
  }
}
