package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The first request to a service that does not run: it starts it, and waits for its answer. */
final class FirstRequestFigures {
  private static final int ROUNDS = 3;

  private final Path folder;
  private final Path program;

  FirstRequestFigures(Path folder, Path program) {
    this.folder = folder;
    this.program = program;
  }

  void add(ResultTable table) throws IOException, InterruptedException {
    double[] took = new double[ROUNDS];
    double[] added = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      Path place = Files.createDirectories(folder.resolve("first-" + i));
      try (ServingDaemon daemon =
              ServingDaemon.idle(
                  place, program, PretendedEngine.create(place, new Nginx(place).engine()));
          HttpClient client = HttpClient.newBuilder().version(Version.HTTP_1_1).build()) {
        CompletableFuture<Long> ready = CompletableFuture.supplyAsync(() -> ready(client, daemon));
        long began = System.nanoTime();
        HttpResponse<?> answer =
            client.send(
                request(daemon.port, "/v1/completions")
                    .POST(BodyPublishers.ofString("{\"model\":\"model\",\"prompt\":\"\"}"))
                    .build(),
                BodyHandlers.ofString());
        long end = System.nanoTime();
        assertThat(answer.statusCode()).isEqualTo(200);
        took[i] = (end - began) / 1e6;
        added[i] = (end - ready.join()) / 1e6;
        client.shutdownNow();
      }
    }
    table.add("gateway: first request, service not running, to its answer", 30_000, "ms", took);
    table.add("  from the server's being ready to the answer", 100, "ms", added);
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  /** {@return when it first said so itself} */
  private static long ready(HttpClient client, ServingDaemon daemon) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < end) {
      try {
        client.send(request(daemon.serverPort, "/health").build(), BodyHandlers.discarding());
        return System.nanoTime();
      } catch (IOException e) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    throw new IllegalStateException("it was never ready");
  }
}
