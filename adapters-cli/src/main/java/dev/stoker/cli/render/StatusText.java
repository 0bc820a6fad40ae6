package dev.stoker.cli.render;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.ServiceStatus.LastCheck;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.unit.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How services stand, as a table or one by one (AC-032 to AC-035). */
public final class StatusText {
  private static final List<String> HEAD =
      List.of("NAME", "STATE", "PID", "PORT", "UPTIME", "MODEL", "ENGINE", "LAST CHECK");

  private final Instant now;

  /** A text at a moment: uptimes are counted up to it. */
  public StatusText(Instant now) {
    this.now = now;
  }

  /** {@return a line for each service, below a head} */
  public List<String> table(List<ServiceStatus> statuses) {
    if (statuses.isEmpty()) {
      return List.of("No service is known.");
    }
    List<List<String>> rows = new ArrayList<>(List.of(HEAD));
    statuses.forEach(status -> rows.add(row(status)));
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private List<String> row(ServiceStatus status) {
    return List.of(
        status.name().value(),
        state(status),
        status.pid() == null ? "-" : status.pid().toString(),
        status.port().toString(),
        uptime(status),
        status.servedName(),
        engine(status),
        check(status.lastCheck()));
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(cells.get(i)).repeat(' ', widths[i] - cells.get(i).length() + 2);
    }
    return line.toString().stripTrailing();
  }

  private static String state(ServiceStatus status) {
    ModelLoadProgress progress = status.progress();
    if (progress == null) {
      return status.state().printed() + (status.doubt().isEmpty() ? "" : " (degraded)");
    }
    Duration left = progress.remaining();
    return status.state().printed()
        + " ("
        + progress.status()
        + ", "
        + progress.percent()
        + " %"
        + (left == null ? ")" : ", about " + DurationText.of(left) + " left)");
  }

  private String uptime(ServiceStatus status) {
    return status.upSince() == null
        ? "-"
        : DurationText.of(Duration.between(status.upSince(), now));
  }

  private static String engine(ServiceStatus status) {
    return (status.engine() + " " + status.engineVersion()).strip();
  }

  private String check(@Nullable LastCheck check) {
    return check == null
        ? "-"
        : check.result().describe()
            + ", "
            + DurationText.of(Duration.between(check.at(), now))
            + " ago";
  }

  /** {@return everything about one service, a line for each fact} */
  public List<String> whole(ServiceStatus status) {
    List<String> lines = new ArrayList<>();
    lines.add(fact("service", status.name().value()));
    lines.add(fact("state", state(status)));
    lines.add(fact("pid", status.pid() == null ? "-" : status.pid().toString()));
    lines.add(fact("endpoint", "http://127.0.0.1:" + status.port() + "/v1"));
    lines.add(fact("uptime", uptime(status)));
    lines.add(fact("model", status.model()));
    lines.add(fact("served as", status.servedName()));
    lines.add(fact("engine", engine(status)));
    lines.add(fact("last check", check(status.lastCheck())));
    if (!status.doubt().isEmpty()) {
      lines.add(fact("degraded", status.doubt()));
    }
    if (status.load() != null) {
      lines.add(fact("load", LoadText.of(status.load())));
    }
    if (status.gpus().isEmpty()) {
      boolean none = status.engineVersion().contains("(cpu)") || status.engine().equals("practice");
      lines.add(fact("gpu", none ? "none used" : "not known"));
    }
    status.gpus().forEach(device -> lines.add(fact("gpu", GpusText.brief(device))));
    lines.add(fact("log", status.log() == null ? "-" : status.log()));
    Failure failure = status.lastFailure();
    if (failure != null) {
      lines.add(fact("failure", failure.code().code() + " " + failure.what().strip()));
      lines.add(fact("do", failure.remedy()));
    }
    return lines;
  }

  private static String fact(String name, String value) {
    return name + " ".repeat(12 - name.length()) + value;
  }
}
