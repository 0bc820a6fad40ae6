package dev.stoker.tests.engine;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Listens to the events of a daemon, and holds what it says of the time left against the clock. */
final class StartClock implements AutoCloseable {
  private static final Pattern PHASE = Pattern.compile("\"phase\":\"([^\"]+)\"");
  private static final Pattern LEFT = Pattern.compile("\"remaining_ms\":(\\d+)");

  private final List<Start> starts = new CopyOnWriteArrayList<>();
  private Map<String, Said> phases = new LinkedHashMap<>();

  /** Its own: a stream never ends by itself, and must not be waited for. */
  private final HttpClient client = Requests.client();

  private StartClock() {}

  @Override
  public void close() {
    client.shutdownNow();
  }

  /** What was said at the beginning of a phase; -1 where it was not known. */
  private record Said(long atNanos, long leftMillis) {}

  /**
   * A start that is over.
   *
   * @param phases it had
   * @param leftMillis at the beginning of each
   * @param saidMillis what was said then, -1 for nothing
   */
  record Start(List<String> phases, List<Long> leftMillis, List<Long> saidMillis) {
    /** {@return of each phase how far off it was, as a part of what was left} */
    List<Double> errors() {
      List<Double> errors = new ArrayList<>();
      for (int i = 0; i < phases.size(); i++) {
        if (saidMillis.get(i) >= 0) {
          double left = Math.max(1, leftMillis.get(i));
          errors.add(Math.abs(saidMillis.get(i) - left) / left);
        }
      }
      return errors;
    }
  }

  static StartClock listen(int control, Path folder) throws IOException {
    StartClock clock = new StartClock();
    String token = Files.readString(folder.resolve("home/state/control.token")).strip();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control + "/v1/events"))
            .header("Authorization", "Bearer " + token)
            .build();
    HttpResponse<Stream<String>> events =
        clock.client.sendAsync(request, HttpResponse.BodyHandlers.ofLines()).join();
    Thread.ofVirtual().start(() -> clock.read(events.body()));
    return clock;
  }

  List<Start> starts() {
    return starts;
  }

  private void read(Stream<String> lines) {
    try (lines) {
      lines.filter(line -> line.startsWith("data: ")).forEach(this::take);
    } catch (RuntimeException e) {
      // The daemon has ended, and its stream with it.
      return;
    }
  }

  private void take(String event) {
    long now = System.nanoTime();
    Matcher phase = PHASE.matcher(event);
    if (phase.find()) {
      Matcher left = LEFT.matcher(event);
      phases.putIfAbsent(
          phase.group(1), new Said(now, left.find() ? Long.parseLong(left.group(1)) : -1));
    } else if (event.contains("\"to\":\"Starting\"")) {
      phases = new LinkedHashMap<>();
    } else if (event.contains("\"from\":\"Starting\",\"to\":\"Running\"")) {
      starts.add(
          new Start(
              List.copyOf(phases.keySet()),
              phases.values().stream().map(said -> (now - said.atNanos()) / 1_000_000).toList(),
              phases.values().stream().map(Said::leftMillis).toList()));
    }
  }
}
