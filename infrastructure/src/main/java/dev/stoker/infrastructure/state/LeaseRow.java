package dev.stoker.infrastructure.state;

import dev.stoker.application.port.out.Lease;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a lease back. */
final class LeaseRow {
  private LeaseRow() {}

  static Lease read(ResultSet row) throws SQLException {
    String bootId = row.getString("boot_id");
    long pid = row.getLong("pid");
    boolean launched = !row.wasNull();
    ProcessIdentity process =
        launched ? new ProcessIdentity(pid, row.getLong("start_ticks"), bootId) : null;
    String segments = row.getString("segments");
    return new Lease(
        new ServiceName(row.getString("service")),
        row.getLong("epoch"),
        row.getString("cookie"),
        bootId,
        process,
        new Port(row.getInt("port")),
        Path.of(row.getString("folder")),
        Path.of(row.getString("log")),
        Instant.ofEpochMilli(row.getLong("taken_at")),
        readyAt(row),
        segments.isEmpty() ? Set.of() : Set.of(segments.split("/")));
  }

  private static @Nullable Instant readyAt(ResultSet row) throws SQLException {
    long millis = row.getLong("ready_at");
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }
}
