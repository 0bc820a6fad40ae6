package dev.stoker.cli.render;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.domain.failure.ControlFailure.Reported;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened to services, in lines. */
public final class HistoryText {
  private final DateTimeFormatter time;

  /** A text with times of this zone. */
  public HistoryText(ZoneId zone) {
    this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
  }

  /** {@return a line for each entry} */
  public List<String> entries(List<HistoryEntry> entries) {
    int names = entries.stream().mapToInt(e -> e.service().value().length()).max().orElse(0);
    return entries.stream().map(entry -> line(entry, names)).toList();
  }

  private String line(HistoryEntry entry, int names) {
    return at(entry.at())
        + "  "
        + padded(entry.service().value(), names)
        + "  "
        + padded(entry.kind().printed(), 10)
        + "  "
        + words(entry);
  }

  private static String words(HistoryEntry entry) {
    String code = entry.code() == null ? "" : entry.code().code() + " ";
    return entry.from() == null || entry.to() == null
        ? code + entry.what()
        : entry.from().printed() + " -> " + entry.to().printed() + " (" + entry.what() + ")";
  }

  /** {@return a line for each incident} */
  public List<String> incidents(List<Incident> incidents) {
    int ids = incidents.stream().mapToInt(each -> each.id().length()).max().orElse(0);
    return incidents.stream()
        .map(
            each ->
                padded(each.id(), ids)
                    + "  "
                    + at(each.at())
                    + "  "
                    + each.failure().code().code()
                    + " "
                    + each.failure().what())
        .toList();
  }

  /** {@return everything about one incident} */
  public List<String> whole(Incident incident) {
    Reported failure = incident.failure();
    List<String> lines = new ArrayList<>();
    lines.add(fact("incident", incident.id()));
    lines.add(fact("service", incident.service().value()));
    lines.add(fact("at", at(incident.at())));
    lines.add(fact("while", incident.doing()));
    lines.add(fact("exit", incident.exit()));
    lines.add(fact("failure", failure.code().code() + " " + failure.what()));
    if (!failure.cause().isEmpty()) {
      lines.add(fact("cause", failure.cause()));
    }
    lines.add(fact("do", failure.remedy()));
    lines.add(fact("decision", incident.decision().isEmpty() ? "none yet" : incident.decision()));
    if (!failure.evidence().lines().isEmpty()) {
      lines.add("its last lines:");
      failure.evidence().lines().forEach(line -> lines.add("  " + line));
    }
    return lines;
  }

  private static String fact(String name, String value) {
    return padded(name, 10) + value;
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private String at(Instant moment) {
    return time.format(moment);
  }
}
