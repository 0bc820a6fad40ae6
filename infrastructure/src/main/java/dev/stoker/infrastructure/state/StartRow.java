package dev.stoker.infrastructure.state;

import dev.stoker.application.port.out.StateStore.StartRecord;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.PhaseTimes;
import dev.stoker.domain.service.ServiceName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A launch that became ready, as a row of {@code starts}. */
final class StartRow {
  private StartRow() {}

  static StartRecord read(ResultSet row) throws SQLException {
    return new StartRecord(
        new ServiceName(row.getString("service")),
        row.getLong("epoch"),
        row.getString("model"),
        row.getString("engine"),
        Instant.ofEpochMilli(row.getLong("at")),
        Duration.ofMillis(row.getLong("took_millis")),
        phases(row.getString("phases")));
  }

  /** {@return such as {@code import=5300 weights=120}, in milliseconds} */
  static String write(PhaseTimes phases) {
    return phases.took().entrySet().stream()
        .map(each -> each.getKey().key() + "=" + each.getValue().toMillis())
        .collect(Collectors.joining(" "));
  }

  /** What a later Stoker wrote, and this one does not know, is left out. */
  private static PhaseTimes phases(String text) {
    PhaseTimes times = PhaseTimes.none();
    for (String part : text.split(" ", -1)) {
      String[] pair = part.split("=", 2);
      Optional<LoadPhase> phase =
          Arrays.stream(LoadPhase.values()).filter(each -> each.key().equals(pair[0])).findFirst();
      if (pair.length == 2 && phase.isPresent() && pair[1].matches("\\d{1,15}")) {
        times = times.with(phase.get(), Duration.ofMillis(Long.parseLong(pair[1])));
      }
    }
    return times;
  }
}
