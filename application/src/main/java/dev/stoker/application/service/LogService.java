package dev.stoker.application.service;

import dev.stoker.application.LogFilter;
import dev.stoker.application.port.in.ServiceLogs;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the files that servers print to; each launch has one. */
final class LogService implements ServiceLogs {
  /** Parts of a megabyte: more than is ever kept of an output. */
  private static final int WHOLE_OUTPUT = 256;

  private static final int AT_ONCE = 16;

  private final RunFolders folders;
  private final ServerOutput output;
  private final InferenceProvider provider;

  @Inject
  LogService(RunFolders folders, ServerOutput output, Map<String, InferenceProvider> providers) {
    this.folders = folders;
    this.output = output;
    // There is one kind of server so far, and its files do not say whose they are.
    this.provider = providers.values().iterator().next();
  }

  @Override
  public List<String> tail(ServiceName service, int most, LogFilter filter) {
    List<Path> logs = folders.logs(service);
    if (logs.isEmpty()) {
      return List.of();
    }
    if (filter.isEverything()) {
      List<String> end = output.tail(logs.getLast(), most);
      if (end.size() == most) {
        return end;
      }
    }
    List<Path> read = filter.since() == null ? List.of(logs.getLast()) : logs;
    Deque<String> last = new ArrayDeque<>();
    for (Path log : read) {
      LineFilter lines = new LineFilter(filter, provider);
      readToEnd(
          output.open(log),
          WHOLE_OUTPUT,
          part -> {
            for (String line : lines.of(part)) {
              last.addLast(line);
              if (last.size() > most) {
                last.removeFirst();
              }
            }
          });
    }
    return List.copyOf(last);
  }

  /**
   * Of a server that prints faster than is read there is no end: the rest comes at the next call.
   *
   * @return whether the end was reached
   */
  private static boolean readToEnd(
      ServerOutput.Cursor cursor, int mostParts, Consumer<List<String>> part) {
    for (int i = 0; i < mostParts; i++) {
      long before = cursor.position();
      part.accept(cursor.next());
      if (cursor.position() == before) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<Follower> follow(ServiceName service, LogFilter filter) {
    return folders.latestLog(service).map(log -> new Following(service, log, filter));
  }

  private final class Following implements Follower {
    private final ServiceName service;
    private final LogFilter wanted;
    private LineFilter filter;
    private Path log;
    private ServerOutput.Cursor cursor;

    Following(ServiceName service, Path log, LogFilter wanted) {
      this.service = service;
      this.log = log;
      this.wanted = wanted;
      this.filter = new LineFilter(wanted, provider);
      this.cursor = output.open(log);
      // What is there already still tells of what kind a line without a mark is.
      readToEnd(cursor, WHOLE_OUTPUT, filter::of);
    }

    /** {@return the log of the launch after this one; this one where there is none yet} */
    private Path following() {
      List<Path> logs = folders.logs(service);
      int at = logs.indexOf(log);
      // One that is gone was the oldest of those that are kept.
      return at + 1 < logs.size() ? logs.get(at + 1) : log;
    }

    @Override
    public List<String> next() {
      // Asked first: what its server printed last is there when a later launch's file is.
      Path later = following();
      List<String> lines = new ArrayList<>();
      boolean drained = readToEnd(cursor, AT_ONCE, part -> lines.addAll(filter.of(part)));
      if (drained && !later.equals(log)) {
        log = later;
        filter = new LineFilter(wanted, provider);
        cursor = output.open(later);
        readToEnd(cursor, AT_ONCE, part -> lines.addAll(filter.of(part)));
      }
      return lines;
    }
  }
}
