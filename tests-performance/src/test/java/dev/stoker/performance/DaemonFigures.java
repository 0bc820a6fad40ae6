package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The built program as a daemon and as its clients: whole processes, exec to answer or exit. */
final class DaemonFigures {
  private static final int RUNS = 7;
  private static final int SERVICES = 100;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private final Path folder;
  private final String program;

  DaemonFigures(Path folder, Path root) {
    this.folder = folder;
    this.program = root.resolve("adapters-cli/target/stoker/stoker/bin/stoker").toString();
  }

  void add(ResultTable table) throws IOException, InterruptedException {
    Path small = configure("small", 1);
    Path large = configure("large", SERVICES);
    // Once for each kind of command, so that the archives of classes are there.
    run(small, "status");
    double[] one = serve(small);
    table.add("serve: exec to answering, 1 service", 500, "ms", one);
    table.add("serve: exec to answering, 100 idle services", 1000, "ms", serve(large));
    double[] resident = new double[1];
    table.add("status: exec to exit", 200, "ms", status(small, resident));
    table.add("serve: resident size, idle, 1 service", 80, "MB", resident);
  }

  private Path configure(String name, int services) throws IOException {
    Path place = Files.createDirectories(folder.resolve(name).resolve(".agent")).getParent();
    StringBuilder file =
        new StringBuilder("providers: {vllm: {engine: practice, model: demo}}\nservices:\n");
    for (int i = 0; i < services; i++) {
      file.append("  s").append(i).append(": {model: demo}\n");
    }
    Files.writeString(place.resolve(".agent/config.yml"), file);
    return place;
  }

  private ProcessBuilder builder(Path place, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("STOKER_HOME", place.resolve("home").toString());
    builder.environment().put("STOKER_GATEWAY_PORT", UpFigures.freePort());
    builder.directory(place.toFile());
    builder.redirectErrorStream(true).redirectOutput(place.resolve("out").toFile());
    return builder;
  }

  private int run(Path place, String... arguments) throws IOException, InterruptedException {
    return builder(place, List.of(arguments)).start().waitFor();
  }

  /** {@return milliseconds from exec until a call is answered with every service} */
  private double[] serve(Path place) throws IOException, InterruptedException {
    double[] took = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      String port = UpFigures.freePort();
      long began = System.nanoTime();
      Process daemon = builder(place, List.of("serve", "--control-port", port)).start();
      try {
        awaitAnswer(place, Integer.parseInt(port), began);
        took[i] = (System.nanoTime() - began) / 1e6;
      } finally {
        daemon.destroy();
        daemon.waitFor(60, TimeUnit.SECONDS);
      }
    }
    return took;
  }

  private static void awaitAnswer(Path place, int port, long began) throws IOException {
    Path token = place.resolve("home/state/control.token");
    String answer = "";
    while (!answer.contains("\"name\":\"s0\"")) {
      assertThat(System.nanoTime() - began).as(answer).isLessThan(PATIENCE_NANOS);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      if (Files.exists(token)) {
        answer = ask(port, Files.readString(token));
      }
    }
  }

  private static String ask(int port, String token) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
      socket
          .getOutputStream()
          .write(
              ("GET /v1/services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization:"
                      + " Bearer "
                      + token
                      + "\r\n\r\n")
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return new String(
          socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private double[] status(Path place, double[] resident) throws IOException, InterruptedException {
    double[] took = new double[RUNS];
    String port = UpFigures.freePort();
    Process daemon = builder(place, List.of("serve", "--control-port", port)).start();
    try {
      awaitAnswer(place, Integer.parseInt(port), System.nanoTime());
      assertThat(run(place, "status")).isZero();
      for (int i = 0; i < RUNS; i++) {
        long began = System.nanoTime();
        assertThat(run(place, "status")).isZero();
        took[i] = (System.nanoTime() - began) / 1e6;
      }
      resident[0] = UpFigures.residentMegabytes(daemon.pid());
    } finally {
      daemon.destroy();
      daemon.waitFor(60, TimeUnit.SECONDS);
    }
    return took;
  }
}
