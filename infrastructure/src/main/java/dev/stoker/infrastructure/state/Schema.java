package dev.stoker.infrastructure.state;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables of the state file, and their version. */
final class Schema {
  /** What this Stoker writes; a file of a later one is refused. */
  static final int VERSION = 2;

  /** What is kept of the history, in rows. */
  private static final int KEPT_ROWS = 20_000;

  private static final List<String> FIRST =
      List.of(
          """
          CREATE TABLE services (
            name TEXT PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL,
            port INTEGER NOT NULL, last_epoch INTEGER NOT NULL DEFAULT 0)\
          """,
          """
          CREATE TABLE leases (
            service TEXT NOT NULL, epoch INTEGER NOT NULL, cookie TEXT NOT NULL,
            boot_id TEXT NOT NULL, pid INTEGER, start_ticks INTEGER, port INTEGER NOT NULL,
            folder TEXT NOT NULL, log TEXT NOT NULL, taken_at INTEGER NOT NULL,
            segments TEXT NOT NULL, PRIMARY KEY (service, epoch))\
          """,
          """
          CREATE TABLE transitions (
            id INTEGER PRIMARY KEY, service TEXT NOT NULL, at INTEGER NOT NULL,
            from_state TEXT NOT NULL, to_state TEXT NOT NULL, reason TEXT NOT NULL)\
          """,
          "CREATE INDEX transitions_by_service ON transitions (service, id)",
          """
          CREATE TABLE starts (
            id INTEGER PRIMARY KEY, service TEXT NOT NULL, epoch INTEGER NOT NULL,
            model TEXT NOT NULL, engine TEXT NOT NULL, at INTEGER NOT NULL,
            took_millis INTEGER NOT NULL)\
          """,
          "CREATE INDEX starts_by_service ON starts (service, id)");

  /** From version 1 to 2: what a stand-by look shows of a service, and what stays down. */
  private static final List<String> SECOND =
      List.of(
          "ALTER TABLE services ADD COLUMN served_name TEXT NOT NULL DEFAULT ''",
          "ALTER TABLE services ADD COLUMN engine TEXT NOT NULL DEFAULT ''",
          "ALTER TABLE services ADD COLUMN engine_version TEXT NOT NULL DEFAULT ''",
          """
          CREATE TABLE held_down (
            service TEXT PRIMARY KEY, code TEXT, what TEXT, cause TEXT, remedy TEXT)\
          """);

  private static final List<List<String>> STEPS = List.of(FIRST, SECOND);

  private Schema() {}

  static int versionOf(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA user_version")) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  /** Brings a file of an earlier version, 0 for a new one, to this one: whole or not at all. */
  static void bringUpToDate(Connection connection, int version) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (List<String> step : STEPS.subList(version, VERSION)) {
        for (String change : step) {
          statement.executeUpdate(change);
        }
      }
      statement.executeUpdate("PRAGMA user_version = " + VERSION);
      connection.commit();
    } finally {
      connection.setAutoCommit(true);
    }
  }

  static void forgetOldHistory(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : List.of("transitions", "starts")) {
        statement.executeUpdate(
            "DELETE FROM "
                + table
                + " WHERE id <= (SELECT MAX(id) FROM "
                + table
                + ") - "
                + KEPT_ROWS);
      }
    }
  }
}
