package dev.stoker.infrastructure.state;

import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.failure.StokerFailure.StateUnusable;
import dev.stoker.infrastructure.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;

/** The SQLite file: opened once, one statement at a time, set aside when it is corrupt. */
final class StateFile {
  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Connection connection;

  StateFile(Path path) {
    this.path = path;
  }

  /** Makes a value of a row. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  List<String> open() {
    lock.lock();
    try {
      return tryToOpen() ? List.of() : List.of(setAside());
    } finally {
      lock.unlock();
    }
  }

  /** {@return false when the file is corrupt} */
  private boolean tryToOpen() {
    try {
      prepareFile();
      Connection opened = connect();
      int version = Schema.versionOf(opened);
      if (version > Schema.VERSION) {
        opened.close();
        throw unusable(
            "was written by a later Stoker (schema "
                + version
                + "; this one knows "
                + Schema.VERSION
                + ")",
            null);
      }
      if (version > 0 && !isIntact(opened)) {
        opened.close();
        return false;
      }
      if (version < Schema.VERSION) {
        Schema.bringUpToDate(opened, version);
      }
      Schema.forgetOldHistory(opened, Instant.now());
      connection = opened;
      return true;
    } catch (SQLException e) {
      if (isCorrupt(e)) {
        return false;
      }
      throw failure(e);
    } catch (IOException e) {
      throw unusable("cannot be made: " + e, e);
    }
  }

  /**
   * Opens it beside the Stoker that owns it.
   *
   * @return whether there is a file of this version
   */
  boolean openForReading() {
    lock.lock();
    try {
      if (connection != null) {
        // Opened before, for reading or as its owner's.
        return true;
      }
      if (!Files.isRegularFile(path) || Files.size(path) == 0) {
        return false;
      }
      Connection opened = connect();
      int version = Schema.versionOf(opened);
      if (version != Schema.VERSION) {
        opened.close();
        throw unusable(
            "has schema " + version + "; 'stoker serve' or 'up' brings it to " + Schema.VERSION,
            null);
      }
      connection = opened;
      return true;
    } catch (SQLException e) {
      throw failure(e);
    } catch (IOException e) {
      throw unusable("cannot be read: " + e, e);
    } finally {
      lock.unlock();
    }
  }

  private void prepareFile() throws IOException {
    Path folder = path.getParent();
    if (folder != null) {
      PrivateFiles.folder(folder);
    }
    if (!Files.isDirectory(path)) {
      PrivateFiles.file(path);
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("journal_mode", "WAL");
    properties.setProperty("synchronous", "FULL");
    properties.setProperty("busy_timeout", "5000");
    return JDBC.createConnection("jdbc:sqlite:" + path, properties);
  }

  private static boolean isIntact(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
      return row.next() && "ok".equals(row.getString(1));
    }
  }

  private static boolean isCorrupt(SQLException e) {
    int code = e.getErrorCode() & 0xff;
    return code == SQLiteErrorCode.SQLITE_CORRUPT.code
        || code == SQLiteErrorCode.SQLITE_NOTADB.code
        || code == SQLiteErrorCode.SQLITE_CANTOPEN.code
        // A missing table or column: not a file that any Stoker wrote.
        || code == SQLiteErrorCode.SQLITE_ERROR.code;
  }

  /** Keeps what cannot be read, and begins anew. */
  private String setAside() {
    Path aside = path.resolveSibling(path.getFileName() + ".corrupt-" + System.currentTimeMillis());
    try {
      Files.move(path, aside);
      for (String suffix : List.of("-wal", "-shm")) {
        Path beside = path.resolveSibling(path.getFileName() + suffix);
        if (Files.exists(beside)) {
          Files.move(beside, aside.resolveSibling(aside.getFileName() + suffix));
        }
      }
    } catch (IOException e) {
      throw unusable("is corrupt, and cannot be set aside: " + e, e);
    }
    if (!tryToOpen()) {
      throw unusable("cannot be made anew", null);
    }
    return "the state file was unreadable or corrupt: it was set aside as "
        + aside
        + " and begun anew; servers of an earlier Stoker are found by 'stoker sweep'";
  }

  void close() {
    lock.lock();
    try {
      if (connection != null) {
        connection.close();
        connection = null;
      }
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      lock.unlock();
    }
  }

  void update(String sql, @Nullable Object... values) {
    lock.lock();
    try (PreparedStatement statement = prepare(sql, values)) {
      statement.executeUpdate();
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      lock.unlock();
    }
  }

  /** Several changes, durable together or not at all. */
  void together(Runnable changes) {
    lock.lock();
    try {
      Connection open = opened();
      open.setAutoCommit(false);
      try {
        changes.run();
        open.commit();
        open.setAutoCommit(true);
      } catch (RuntimeException | SQLException e) {
        undo(open, e);
        throw e;
      }
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      lock.unlock();
    }
  }

  /** What went wrong first is what is told: a full disk has undone it all by itself. */
  private static void undo(Connection open, Exception first) {
    try {
      open.rollback();
    } catch (SQLException e) {
      first.addSuppressed(e);
    }
    try {
      open.setAutoCommit(true);
    } catch (SQLException e) {
      first.addSuppressed(e);
    }
  }

  /** Lets go of what is too old. */
  void forgetOldHistory() {
    lock.lock();
    try {
      Schema.forgetOldHistory(opened(), Instant.now());
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      lock.unlock();
    }
  }

  private Connection opened() {
    Connection open = connection;
    if (open == null) {
      throw new IllegalStateException("the state is not open");
    }
    return open;
  }

  <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... values) {
    lock.lock();
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(reader.read(rows));
      }
      return found;
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      lock.unlock();
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = opened().prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  private LifecycleException failure(SQLException e) {
    if ((e.getErrorCode() & 0xff) == SQLiteErrorCode.SQLITE_FULL.code) {
      return new LifecycleException(
          new DiskFull(String.valueOf(path.getParent()), "the state cannot be written"), e);
    }
    return unusable(String.valueOf(e.getMessage()), e);
  }

  private LifecycleException unusable(String problem, @Nullable Exception cause) {
    StateUnusable failure = new StateUnusable(path.toString(), problem);
    return cause == null ? new LifecycleException(failure) : new LifecycleException(failure, cause);
  }
}
