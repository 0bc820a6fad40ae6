package dev.stoker.infrastructure.state;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The tables of the state file, and their version. */
final class Schema {
  /** What this Stoker writes; a file of a later one is refused. */
  static final int VERSION = 4;

  /** What is kept of the history in any case, in rows. */
  private static final int KEPT_ROWS = 20_000;

  /** More than this is never kept: some 60 MB. */
  private static final int MOST_ROWS = 200_000;

  private static final int KEPT_RESTARTS = 10;
  private static final int KEPT_INCIDENTS = 500;

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

  /** From version 2 to 3: where services stand, what they were launched as, what happened. */
  private static final List<String> THIRD =
      List.of(
          """
          CREATE TABLE standings (
            service TEXT PRIMARY KEY, want TEXT NOT NULL, by_hand INTEGER NOT NULL,
            code TEXT, what TEXT, cause TEXT, remedy TEXT, epoch INTEGER NOT NULL,
            boot_id TEXT NOT NULL, restarts TEXT NOT NULL, launches INTEGER NOT NULL,
            waits INTEGER NOT NULL, attended INTEGER NOT NULL)\
          """,
          """
          INSERT INTO standings
          SELECT service, CASE WHEN code IS NULL THEN 'down' ELSE 'given-up' END, 1,
            code, what, cause, remedy, 0, '', '', 0, 0, 0 FROM held_down\
          """,
          "DROP TABLE held_down",
          """
          CREATE TABLE settings (
            service TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (service, key))\
          """,
          """
          CREATE TABLE wishes (
            service TEXT PRIMARY KEY, model TEXT NOT NULL, instead TEXT NOT NULL)\
          """,
          "ALTER TABLE leases ADD COLUMN ready_at INTEGER",
          """
          CREATE TABLE history (
            id INTEGER PRIMARY KEY, service TEXT NOT NULL, at INTEGER NOT NULL,
            kind TEXT NOT NULL, launch INTEGER NOT NULL, from_state TEXT, to_state TEXT,
            what TEXT NOT NULL, code TEXT, evidence TEXT NOT NULL)\
          """,
          "CREATE INDEX history_by_service ON history (service, id)",
          """
          INSERT INTO history (service, at, kind, launch, from_state, to_state, what, evidence)
          SELECT service, at, 'transition', 0, from_state, to_state, reason, '' FROM transitions
          ORDER BY id\
          """,
          "DROP TABLE transitions",
          """
          CREATE TABLE incidents (
            service TEXT NOT NULL, launch INTEGER NOT NULL, at INTEGER NOT NULL,
            doing TEXT NOT NULL, how TEXT NOT NULL, code TEXT NOT NULL, what TEXT NOT NULL,
            cause TEXT NOT NULL, remedy TEXT NOT NULL, lines TEXT NOT NULL,
            decision TEXT NOT NULL, PRIMARY KEY (service, launch))\
          """,
          "CREATE UNIQUE INDEX starts_by_launch ON starts (service, epoch)");

  /** From version 3 to 4: how long each phase of a start took, and what it was made with. */
  private static final List<String> FOURTH =
      List.of(
          "ALTER TABLE starts ADD COLUMN phases TEXT NOT NULL DEFAULT ''",
          """
          CREATE TABLE circumstances (
            service TEXT NOT NULL, epoch INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (service, epoch, key))\
          """);

  private static final List<List<String>> STEPS = List.of(FIRST, SECOND, THIRD, FOURTH);

  private Schema() {}

  /** {@return the changes that make a file of that version of nothing} */
  static List<String> stepsTo(int version) {
    return STEPS.subList(0, version).stream().flatMap(List::stream).toList();
  }

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

  /**
   * Keeps the history within its bounds: what is younger than a day and the last restarts of each
   * service stay, as long as all of it is not more than the hard bound.
   */
  static void forgetOldHistory(Connection connection, Instant now) throws SQLException {
    long dayAgo = now.minus(Duration.ofDays(1)).toEpochMilli();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "DELETE FROM history WHERE at < "
              + dayAgo
              + " AND id <= (SELECT MAX(id) FROM history) - "
              + KEPT_ROWS
              + " AND NOT (kind = 'restart' AND id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER"
              + " (PARTITION BY service ORDER BY id DESC) AS nth FROM history WHERE kind ="
              + " 'restart') WHERE nth <= "
              + KEPT_RESTARTS
              + "))");
      statement.executeUpdate(
          "DELETE FROM history WHERE id <= (SELECT MAX(id) FROM history) - " + MOST_ROWS);
      statement.executeUpdate(
          "DELETE FROM starts WHERE id <= (SELECT MAX(id) FROM starts) - " + KEPT_ROWS);
      statement.executeUpdate(
          "DELETE FROM circumstances WHERE epoch <= (SELECT MAX(epoch) FROM circumstances AS last"
              + " WHERE last.service = circumstances.service) - "
              + KEPT_RESTARTS);
      statement.executeUpdate(
          "DELETE FROM incidents WHERE rowid NOT IN (SELECT rowid FROM incidents ORDER BY at DESC"
              + " LIMIT "
              + KEPT_INCIDENTS
              + ")");
    }
  }
}
