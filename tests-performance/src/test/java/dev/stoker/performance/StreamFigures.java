package dev.stoker.performance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Streams through the gateway, many at once: whether each event comes, and what each costs. */
final class StreamFigures {
  private static final int MOST = 1000;
  private static final int CONNECTIONS_KEPT_SECONDS = 6;
  private static final String BODY = "{\"model\":\"model\",\"stream\":true,\"messages\":[]}";

  private final Path folder;
  private final Path program;

  StreamFigures(Path folder, Path program) throws IOException {
    this.folder = Files.createDirectories(folder.resolve("streams"));
    this.program = program;
  }

  /**
   * So many at once.
   *
   * @param resident megabytes of the daemon with all of them half way
   * @param lost events that did not come, or not in their place
   * @param micros of processor time of the daemon for each event
   */
  private record Load(double resident, long lost, double micros) {}

  void add(ResultTable table) throws IOException, InterruptedException {
    try (ServingDaemon daemon =
        ServingDaemon.running(
            folder, program, PretendedEngine.create(folder, StreamBackend.SCRIPT))) {
      // What the first ones cost once is not theirs.
      load(daemon, 100);
      List<List<String>> rows = new ArrayList<>();
      Load one = load(daemon, 1);
      Load all = one;
      for (int streams : List.of(10, 100, MOST)) {
        rows.add(row(streams == 10 ? 1 : streams / 10, all));
        all = load(daemon, streams);
      }
      rows.add(row(MOST, all));
      IdleFigures.pass(CONNECTIONS_KEPT_SECONDS);
      double before = UpFigures.liveHeapMegabytes(folder, daemon.pid());
      Load again = load(daemon, MOST);
      IdleFigures.pass(CONNECTIONS_KEPT_SECONDS);
      double after = UpFigures.liveHeapMegabytes(folder, daemon.pid());
      table.add("gateway, 1,000 streams: events lost", 1, "", (double) (all.lost() + again.lost()));
      table.add(
          "  resident size for each", 64, "kB", (all.resident() - one.resident()) * 1024 / MOST);
      table.add("  live heap left behind by as many again", 1, "MB", after - before);
      table.add("  processor time for each event", 0, "us", again.micros());
      table.curve(
          "Streams",
          List.of("streams at once", "resident size", "events lost", "processor, each event"),
          rows);
    }
  }

  private static List<String> row(int streams, Load load) {
    return List.of(
        Integer.toString(streams),
        String.format(Locale.ROOT, "%.0f MB", load.resident()),
        Long.toString(load.lost()),
        String.format(Locale.ROOT, "%.0f us", load.micros()));
  }

  private static Load load(ServingDaemon daemon, int streams)
      throws IOException, InterruptedException {
    double before = UpFigures.processorMicros(daemon.pid());
    CountDownLatch halfWay = new CountDownLatch(streams);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    double resident;
    try (HttpClient client = HttpClient.newBuilder().version(Version.HTTP_1_1).build();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < streams; i++) {
        all.add(
            CompletableFuture.supplyAsync(
                () -> read(client, daemon.port, halfWay::countDown), threads));
      }
      halfWay.await();
      resident = UpFigures.residentMegabytes(daemon.pid());
    }
    long came = all.stream().mapToLong(CompletableFuture::join).sum();
    long expected = (long) streams * StreamBackend.EVENTS;
    return new Load(
        resident, expected - came, (UpFigures.processorMicros(daemon.pid()) - before) / expected);
  }

  /** {@return how many events came in their place} */
  private static int read(HttpClient client, int port, Runnable halfWay) {
    int next = 0;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build();
    try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
      boolean done = false;
      for (String line : (Iterable<String>) lines::iterator) {
        if (line.equals("data: " + StreamBackend.event(next))) {
          next++;
          if (next == StreamBackend.EVENTS / 2) {
            halfWay.run();
          }
        }
        done |= line.equals("data: [DONE]");
      }
      return done ? next : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    } finally {
      if (next < StreamBackend.EVENTS / 2) {
        halfWay.run();
      }
    }
  }
}
