package dev.stoker.infrastructure.state;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.HistoryEntry.Kind;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes an entry of the history, and reads it back. */
final class HistoryRow {
  private HistoryRow() {}

  static void write(StateFile file, HistoryEntry entry) {
    ErrorCode code = entry.code();
    file.update(
        """
        INSERT INTO history (service, at, kind, launch, from_state, to_state, what, code, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        entry.service().value(),
        entry.at().toEpochMilli(),
        entry.kind().printed(),
        entry.launch(),
        printed(entry.from()),
        printed(entry.to()),
        entry.what(),
        code == null ? null : code.code(),
        String.join("\n", entry.evidence()));
  }

  private static @Nullable String printed(@Nullable ServiceState state) {
    return state == null ? null : state.printed();
  }

  static HistoryEntry read(ResultSet row) throws SQLException {
    String code = row.getString("code");
    String evidence = row.getString("evidence");
    return new HistoryEntry(
        row.getLong("id"),
        new ServiceName(row.getString("service")),
        Instant.ofEpochMilli(row.getLong("at")),
        Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getLong("launch"),
        state(row.getString("from_state")),
        state(row.getString("to_state")),
        row.getString("what"),
        code == null ? null : ErrorCode.parse(code).orElse(ErrorCode.INTERNAL),
        evidence.isEmpty() ? List.of() : List.of(evidence.split("\n", -1)));
  }

  private static @Nullable ServiceState state(@Nullable String printed) {
    return printed == null ? null : ServiceState.parse(printed).orElse(ServiceState.UNKNOWN);
  }
}
