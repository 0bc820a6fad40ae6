package dev.stoker.cli.command;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationQuery.Request;
import dev.stoker.application.port.in.ControlAccess.Announced;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.FailureText;
import dev.stoker.cli.render.ProgressView;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.HttpAdapter;
import dev.stoker.http.access.GatewayAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Hidden: goes through what a kind of command goes through, so that the launcher can record which
 * classes later starts need. Run by the launcher in a home of its own, printing nothing.
 */
final class TrainCommand {
  private static final int TERM = 15;
  private static final int MOST_LOOKS = 1000;

  private TrainCommand() {}

  static CommandLine create(Session session) {
    CommandLine command = Command.of("train", "For the launcher.", parsed -> run(session, parsed));
    command.getCommandSpec().usageMessage().hidden(true);
    command
        .getCommandSpec()
        .addPositional(
            PositionalParamSpec.builder().index("0").arity("1").type(String.class).build());
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Terminal silent = new Terminal(nowhere, nowhere, false, false);
    Session own =
        new Session(
            silent,
            session.useCases(),
            session.signals(),
            session.exitHook(),
            session.serverArguments());
    if (parsed.matchedPositionalValue(0, "").equals("client")) {
      trainClient(own);
      return ExitCodes.OK;
    }
    boolean isAnswered = trainDaemon(own);
    trainUp(session.useCases().get(), silent);
    return isAnswered ? ExitCodes.OK : ExitCodes.INTERNAL;
  }

  /** {@code status} against a stand-in: a daemon would bring classes that no client needs. */
  private static void trainClient(Session session) {
    UseCases useCases = session.useCases().get();
    useCases.home().take("train");
    try (TrainServer server = new TrainServer()) {
      useCases.controlAccess().newToken();
      useCases.controlAccess().announce(server.address());
      for (List<String> arguments :
          List.of(List.of("status"), List.of("status", "demo"), List.of("status", "--json"))) {
        CommandTree.run(session, arguments.toArray(String[]::new));
      }
    } finally {
      useCases.home().giveBack();
    }
  }

  /**
   * {@code serve} itself, its API and its gateway asked, and told to end.
   *
   * @return whether all of it was answered; else less is recorded than there could be
   */
  private static boolean trainDaemon(Session session) {
    UseCases useCases = session.useCases().get();
    List<IntConsumer> listeners = new CopyOnWriteArrayList<>();
    Session own =
        new Session(
            session.terminal(),
            () -> useCases,
            listeners::add,
            session.exitHook(),
            session.serverArguments());
    try (TrainServer model = new TrainServer()) {
      Path file = Files.createTempFile("train", ".yml");
      Files.writeString(
          file,
          "services: {demo: {model: demo, port: %d, lifecycle: {mode: external}}}"
              .formatted(model.address().getPort()));
      GatewayAddress gateway = GatewayAddress.loopback(freePort());
      CompletableFuture<Integer> daemon =
          CompletableFuture.supplyAsync(
              () ->
                  new Daemon(own, "train")
                      .run(file.toString(), new Daemon.Ports(0, gateway, false)),
              task -> Thread.ofPlatform().daemon().start(task));
      for (int i = 0; i < MOST_LOOKS && useCases.controlAccess().find().isEmpty(); i++) {
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
      boolean isAnswered = false;
      Optional<Announced> found = useCases.controlAccess().find();
      if (found.isPresent()) {
        HttpAdapter.connect(found.get()).orchestrator().statuses();
        isAnswered =
            isAnswered(gateway.port(), "{\"model\": \"demo\"}")
                && isAnswered(gateway.port(), "{\"model\": \"demo\", \"stream\": true}");
      }
      listeners.forEach(listener -> listener.accept(TERM));
      daemon.join();
      Files.delete(file);
      return isAnswered;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** Asks without any client's classes, which a daemon does not need. */
  private static boolean isAnswered(int port, String body) {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
      String request =
          ("POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n"
                  + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
              .formatted(port, body.length(), body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.startsWith("HTTP/1.1 200 ");
    } catch (IOException e) {
      return false;
    }
  }

  private static void trainUp(UseCases useCases, Terminal silent) {
    useCases.home().take("train");
    try {
      trainStart(useCases, silent);
    } finally {
      useCases.home().giveBack();
    }
  }

  private static void trainStart(UseCases useCases, Terminal silent) {
    Request request =
        new Request(
            null, null, Map.of("model", "demo", "port", "9", "engine", "/nonexistent"), List.of());
    ServiceSpec spec = Objects.requireNonNull(useCases.configuration().read(request).service());
    useCases.leftovers().find();
    useCases.engines().engines();
    useCases.orchestrator().define(spec).join();
    new ProgressView(silent).tick(Duration.ofSeconds(20));
    failing(silent, () -> useCases.orchestrator().start(spec.name()).join());
    failing(silent, () -> useCases.ask().ask(spec.name(), "Hello", 1));
    useCases.orchestrator().stop(new ServiceName("demo")).join();
  }

  /** There is no engine and no server in that home: the failures are what is to be recorded. */
  private static void failing(Terminal terminal, Runnable attempt) {
    try {
      attempt.run();
    } catch (LifecycleException e) {
      FailureText.print(terminal, e.failure());
    } catch (CompletionException e) {
      if (e.getCause() instanceof LifecycleException known) {
        FailureText.print(terminal, known.failure());
      }
    }
  }
}
