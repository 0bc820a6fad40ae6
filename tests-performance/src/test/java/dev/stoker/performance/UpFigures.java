package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationQuery.Request;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code up} costs beside the server, on a server that plays vLLM. */
final class UpFigures {
  private static final int TICK_MILLIS = 10;
  private static final int STARTS = 5;
  private static final int STOPS = 5;

  private final Path folder;
  private final Path program;

  UpFigures(Path folder, Path program) {
    this.folder = folder;
    this.program = program;
  }

  void add(ResultTable table) throws Exception {
    Path engine = Path.of("practice");
    program(table, engine);
    inProcess(table, engine);
  }

  /** The built program: from exec to launch, and its memory while it serves. */
  private void program(ResultTable table, Path engine) throws Exception {
    double[] launch = new double[STARTS];
    double[] heap = new double[1];
    double[] resident = new double[1];
    for (int i = 0; i < STARTS; i++) {
      Path out = folder.resolve("out-" + i);
      Process stoker = start(engine, out);
      try {
        awaitText(out, "Ctrl-C stops it.");
        long server = Long.parseLong(find(out, "pid +(\\d+)"));
        launch[i] = (startTicks(server) - startTicks(stoker.pid())) * TICK_MILLIS;
        heap[0] = liveHeapMegabytes(folder, stoker.pid());
        resident[0] = residentMegabytes(stoker.pid());
      } finally {
        stoker.destroy();
        stoker.waitFor(60, TimeUnit.SECONDS);
      }
    }
    assertThat(heap[0]).isPositive();
    table.add("up: exec to launch of the server", 500, "ms", launch);
    table.add("up: live heap while serving, after a full collection", 8, "MB", heap);
    table.add("up: resident size while serving", 0, "MB", resident);
  }

  private Process start(Path engine, Path out) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            program.toString(), "up", "demo", "--engine", engine.toString(), "--port", freePort());
    builder.environment().put("STOKER_HOME", folder.resolve("home").toString());
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(out.toFile());
    return builder.start();
  }

  /** The layers in this process: how soon an end is seen, and proven. */
  private void inProcess(ResultTable table, Path engine) throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("STOKER_HOME", folder.resolve("home2").toString());
    UseCases useCases =
        Application.wire(Infrastructure.create(new Settings(environment, folder, folder)));
    useCases.home().take("performance");
    ServiceName name = new ServiceName("demo");
    double[] seen = new double[STOPS];
    double[] proven = new double[STOPS];
    try {
      var _ =
          useCases
              .orchestrator()
              .define(
                  Objects.requireNonNull(
                      useCases
                          .configuration()
                          .read(
                              new Request(
                                  null,
                                  "demo",
                                  Map.of(
                                      "model",
                                      "demo",
                                      "engine",
                                      engine.toString(),
                                      "port",
                                      freePort()),
                                  List.of()))
                          .service()));
      CompletableFuture<Long>[] crash = newSlot();
      useCases
          .orchestrator()
          .listen(
              notice -> {
                if (notice instanceof ServiceNotice.Changed changed
                    && changed.to() == ServiceState.CRASHED) {
                  crash[0].complete(System.nanoTime());
                }
              });
      for (int i = 0; i < STOPS; i++) {
        crash[0] = new CompletableFuture<>();
        seen[i] = crashSeen(useCases, name, crash);
        proven[i] = stopProven(useCases, name);
      }
    } finally {
      useCases.orchestrator().stop(name).join();
      useCases.home().giveBack();
    }
    table.add("exit of the server seen", 20, "ms", seen);
    table.add("last process gone to proof", 200, "ms", proven);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static CompletableFuture<Long>[] newSlot() {
    return new CompletableFuture[1];
  }

  private static double crashSeen(
      UseCases useCases, ServiceName name, CompletableFuture<Long>[] crash) {
    ServiceStatus running = useCases.orchestrator().start(name).join();
    ProcessHandle server = ProcessHandle.of(Objects.requireNonNull(running.pid())).orElseThrow();
    long began = System.nanoTime();
    server.destroyForcibly();
    return millis(crash[0].join() - began);
  }

  private static double stopProven(UseCases useCases, ServiceName name) {
    ServiceStatus running = useCases.orchestrator().start(name).join();
    CompletableFuture<Long> gone =
        ProcessHandle.of(Objects.requireNonNull(running.pid()))
            .orElseThrow()
            .onExit()
            .thenApply(_ -> System.nanoTime());
    useCases.orchestrator().stop(name).join();
    long proven = System.nanoTime();
    return Math.max(0, millis(proven - gone.join()));
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  private static void awaitText(Path file, String text) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.exists(file) || !Files.readString(file).contains(text)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private static String find(Path file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  static long startTicks(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
  }

  /** {@return how much processor time it has taken so far} */
  static double processorMicros(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MILLIS * 1e3;
  }

  static double residentMegabytes(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    return Double.parseDouble(find(status, "VmRSS:\\s+(\\d+) kB")) / 1024;
  }

  /** {@return what it holds after a full collection} */
  static double liveHeapMegabytes(Path folder, long pid) throws IOException, InterruptedException {
    jcmd(folder, pid, "GC.run");
    Path info = jcmd(folder, pid, "GC.heap_info");
    double kilobytes = 0;
    Matcher matcher = Pattern.compile("total \\d+K, used (\\d+)K").matcher(Files.readString(info));
    while (matcher.find()) {
      kilobytes += Double.parseDouble(matcher.group(1));
    }
    return kilobytes / 1024;
  }

  /** {@return what the virtual machine of that process says to a command} */
  static Path jcmd(Path folder, long pid, String... command)
      throws IOException, InterruptedException {
    Path out = folder.resolve("jcmd-" + command[0]);
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("java.home") + "/bin/jcmd");
    line.add(Long.toString(pid));
    line.addAll(List.of(command));
    new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start()
        .waitFor();
    return out;
  }
}
