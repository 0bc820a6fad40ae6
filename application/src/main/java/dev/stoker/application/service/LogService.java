package dev.stoker.application.service;

import dev.stoker.application.port.in.ServiceLogs;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the files that servers print to; each launch has one. */
final class LogService implements ServiceLogs {
  private final RunFolders folders;
  private final ServerOutput output;

  @Inject
  LogService(RunFolders folders, ServerOutput output) {
    this.folders = folders;
    this.output = output;
  }

  @Override
  public List<String> tail(ServiceName service, int most) {
    return folders.latestLog(service).map(log -> output.tail(log, most)).orElse(List.of());
  }

  @Override
  public Optional<Follower> follow(ServiceName service) {
    return folders.latestLog(service).map(log -> new Following(service, log));
  }

  private final class Following implements Follower {
    private final ServiceName service;
    private Path log;
    private ServerOutput.Cursor cursor;

    Following(ServiceName service, Path log) {
      this.service = service;
      this.log = log;
      this.cursor = output.open(log);
      long before;
      do {
        before = cursor.position();
        cursor.next();
      } while (cursor.position() > before);
    }

    /** {@return everything that is there; one look reads a part of it} */
    private List<String> readAll() {
      List<String> lines = new ArrayList<>();
      long before;
      do {
        before = cursor.position();
        lines.addAll(cursor.next());
      } while (cursor.position() > before);
      return lines;
    }

    @Override
    public List<String> next() {
      List<String> lines = readAll();
      Path latest = folders.latestLog(service).orElse(log);
      if (!latest.equals(log)) {
        // What the old one still had was read; the new launch begins at its beginning.
        log = latest;
        cursor = output.open(latest);
        lines.addAll(readAll());
      }
      return lines;
    }
  }
}
