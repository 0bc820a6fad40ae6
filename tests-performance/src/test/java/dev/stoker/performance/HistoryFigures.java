package dev.stoker.performance;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.HistoryEntry.Kind;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.StepRecord;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a history of a year costs: to open, to read the end of, to write into. */
final class HistoryFigures {
  private static final int BATCH = 1000;
  private static final int LOOKS = 21;

  /** An hour between two entries of each of fifty services, in a year. */
  private static final int YEAR = 438_000;

  private final Path folder;

  HistoryFigures(Path folder) {
    this.folder = folder;
  }

  void add(ResultTable table) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    double read = 0;
    for (int entries : List.of(0, 4_380, 43_800, YEAR)) {
      Path home = folder.resolve("history-" + entries);
      Map<String, String> environment = new HashMap<>(System.getenv());
      environment.put("STOKER_HOME", home.toString());
      fill(environment, entries);
      StateStore store = store(environment);
      long began = System.nanoTime();
      store.open();
      double opened = (System.nanoTime() - began) / 1e6;
      read = median(() -> store.history(new ServiceName("s7"), Instant.EPOCH, 50));
      double written = median(() -> store.record(step(Instant.now(), 1)));
      store.close();
      rows.add(
          List.of(
              Integer.toString(entries),
              String.format(Locale.ROOT, "%.1f ms", opened),
              String.format(Locale.ROOT, "%.2f ms", read),
              String.format(Locale.ROOT, "%.2f ms", written),
              String.format(Locale.ROOT, "%.1f MB", size(home))));
    }
    table.add("the last 50 entries of a service, of a year's history", 20, "ms", read);
    table.curve(
        "History",
        List.of("entries written", "opened in", "last 50 read in", "one written in", "on disk"),
        rows);
  }

  private StateStore store(Map<String, String> environment) {
    return Infrastructure.create(new Settings(environment, folder, folder)).stateStore();
  }

  private void fill(Map<String, String> environment, int entries) {
    StateStore store = store(environment);
    store.open();
    Instant at = Instant.now().minus(Duration.ofDays(365));
    Duration between = Duration.ofDays(365).dividedBy(Math.max(1, entries));
    for (int i = 0; i < entries; i += BATCH) {
      store.record(step(at.plus(between.multipliedBy(i)), Math.min(BATCH, entries - i)));
    }
    store.close();
  }

  private static StepRecord step(Instant at, int entries) {
    List<HistoryEntry> all = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      ServiceName name = new ServiceName("s" + i % 50);
      all.add(
          new HistoryEntry(
              0,
              name,
              at.plusMillis(i),
              Kind.TRANSITION,
              i,
              ServiceState.RUNNING,
              ServiceState.CRASHED,
              "the server ended with exit code 1",
              null,
              List.of()));
    }
    return new StepRecord(new ServiceName("s0"), null, all, null, null, 0);
  }

  private static double median(Runnable task) {
    double[] took = new double[LOOKS];
    for (int i = 0; i < LOOKS; i++) {
      long began = System.nanoTime();
      task.run();
      took[i] = (System.nanoTime() - began) / 1e6;
    }
    java.util.Arrays.sort(took);
    return took[LOOKS / 2];
  }

  private static double size(Path home) throws IOException {
    try (var files = Files.walk(home)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum()
          / 1e6;
    }
  }
}
