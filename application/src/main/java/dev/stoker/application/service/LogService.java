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
      cursor.next();
    }

    @Override
    public List<String> next() {
      List<String> lines = new ArrayList<>(cursor.next());
      Path latest = folders.latestLog(service).orElse(log);
      if (!latest.equals(log)) {
        // What the old one still had was read; the new launch begins at its beginning.
        log = latest;
        cursor = output.open(latest);
        lines.addAll(cursor.next());
      }
      return lines;
    }
  }
}
