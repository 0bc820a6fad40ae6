package dev.stoker.infrastructure.state;

import dev.stoker.application.Incident;
import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.service.ServiceName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Writes an incident, and reads it back. */
final class IncidentRow {
  private IncidentRow() {}

  static void write(StateFile file, Incident incident) {
    Reported failure = incident.failure();
    file.update(
        "INSERT OR IGNORE INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        incident.service().value(),
        incident.launch(),
        incident.at().toEpochMilli(),
        incident.doing(),
        incident.exit(),
        failure.code().code(),
        failure.what(),
        failure.cause(),
        failure.remedy(),
        String.join("\n", failure.evidence().lines()),
        incident.decision());
  }

  static Incident read(ResultSet row) throws SQLException {
    String lines = row.getString("lines");
    return new Incident(
        new ServiceName(row.getString("service")),
        row.getLong("launch"),
        Instant.ofEpochMilli(row.getLong("at")),
        row.getString("doing"),
        row.getString("how"),
        new Reported(
            ErrorCode.parse(row.getString("code")).orElse(ErrorCode.INTERNAL),
            row.getString("what"),
            row.getString("cause"),
            row.getString("remedy"),
            lines.isEmpty()
                ? Evidence.none()
                : new Evidence(List.of(lines.split("\n", -1)), null, null)),
        row.getString("decision"));
  }
}
