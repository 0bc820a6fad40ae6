package dev.stoker.tests.engine;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A server launched with the command and environment that Stoker would give it, but without Stoker:
 * in a session of its own, its two streams in two files.
 */
final class BareServer implements AutoCloseable {
  static final String KEY = "k";
  private static final long PATIENCE_SECONDS = 200;

  private final Path folder;
  private final int port;
  private final Process process;
  private final String commandLine;

  private BareServer(Path folder, int port, String commandLine, Process process) {
    this.commandLine = commandLine;
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /** Launches one for the demo model; {@code engine} as a configuration would name it. */
  static BareServer launch(
      String engine, Path folder, int port, Map<String, String> more, String... arguments)
      throws IOException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("STOKER_HOME", folder.resolve("home").toString());
    environment.put("VLLM_API_KEY", KEY);
    environment.put("VLLM_CACHE_ROOT", folder.resolve("cache").toString());
    environment.put("HF_HOME", folder.resolve("hf").toString());
    environment.putAll(more);
    DrivenPorts ports = Infrastructure.create(new Settings(environment, folder, folder));
    DemoModel model = new DemoModel(folder.resolve("demo"));
    ports.demoModelWriter().write(model.folder());
    ServiceSpec spec =
        new ServiceSpec(
            new ServiceName("demo"),
            "vllm",
            model,
            engine,
            List.of(arguments),
            VllmLifecycleOptions.from(Map.of("port", Integer.toString(port))));
    InferenceProvider provider = ports.providers().get("vllm");
    provider.preflight(spec);
    LaunchPlan plan = provider.plan(spec, provider.select(engine));
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(plan.command());
    Files.createDirectories(folder.resolve("tmp"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().clear();
    builder.environment().putAll(plan.environment());
    builder.environment().put("SPT_NOENV", "1");
    builder.environment().put("TMPDIR", folder.resolve("tmp").toString());
    return new BareServer(folder, port, String.join(" ", plan.command()), builder.start());
  }

  long pid() {
    return process.pid();
  }

  String commandLine() {
    return commandLine;
  }

  String out() {
    return text("out");
  }

  String err() {
    return text("err");
  }

  private String text(String file) {
    try {
      return Files.readString(folder.resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  Path temporaryFolder() {
    return folder.resolve("tmp");
  }

  void signal(String name) throws IOException, InterruptedException {
    kill(name, Long.toString(pid()));
  }

  /** Signals every process of its session, as a terminal would. */
  void signalGroup(String name) throws IOException, InterruptedException {
    kill(name, "-" + pid());
  }

  static void kill(String name, String target) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "--", target).start().waitFor();
  }

  void awaitOut(String text) throws InterruptedException, TimeoutException {
    await("'" + text + "' in its output", () -> out().contains(text));
  }

  void awaitReady() throws InterruptedException, TimeoutException {
    await("that it serves", () -> Requests.statusOf(port, "/health") == 200);
  }

  /** Fails with what it printed when it ends, or takes too long. */
  void await(String what, BooleanSupplier condition) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("waited in vain for " + what + ":\n" + out() + err());
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS) && !condition.getAsBoolean()) {
        throw new TimeoutException(
            "it ended (" + process.exitValue() + ") before " + what + ":\n" + out() + err());
      }
    }
  }

  int exitCode() throws InterruptedException, TimeoutException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException("it does not end:\n" + out() + err());
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** {@return the living processes of its session, its own first} */
  List<ProcessFacts> tree() {
    return ProcessFacts.ofSession(pid());
  }

  /** {@return the one process of the tree whose kernel name begins so} */
  ProcessFacts named(String name) {
    return tree().stream().filter(each -> each.name().startsWith(name)).findFirst().orElseThrow();
  }

  boolean isBound() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(false);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (ProcessFacts each : tree()) {
      ProcessHandle.of(each.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
    process.destroyForcibly();
  }
}
