package dev.stoker.infrastructure.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.port.out.StateStore;
import dev.stoker.infrastructure.Settings;
import dev.stoker.testing.StateStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStateStoreTest extends StateStoreContract {
  @TempDir Path home;
  private final List<SqliteStateStore> opened = new ArrayList<>();

  private SqliteStateStore store() {
    SqliteStateStore store =
        new SqliteStateStore(new Settings(Map.of("STOKER_HOME", home.toString()), home, home));
    opened.add(store);
    return store;
  }

  private Path file() {
    return home.resolve("state/stoker.db");
  }

  @Override
  protected StateStore open() {
    SqliteStateStore store = store();
    assertThat(store.open()).isEmpty();
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(SqliteStateStore::close);
  }

  @Test
  void runsInItsModule() {
    assertThat(SqliteStateStore.class.getModule().isNamed()).isTrue();
  }

  @Test
  void onlyItsUserMayReadIt() throws IOException {
    open();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void whatWasWrittenIsThereForTheNext() {
    open().writeLease(lease(1));

    assertThat(open().leases()).containsExactly(lease(1));
  }

  @Test
  void aCorruptFileIsSetAsideAndSaid() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(
        file(), "this is no database at all, but long enough to be taken for one".repeat(20));
    SqliteStateStore store = store();

    assertThat(store.open()).singleElement().asString().contains("set aside as", "stoker sweep");
    assertThat(store.leases()).isEmpty();
    try (var files = Files.list(file().getParent())) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .anyMatch(name -> name.startsWith("stoker.db.corrupt-"));
    }
  }

  @Test
  void aFolderInItsPlaceIsSetAsideToo() throws IOException {
    Files.createDirectories(file());

    assertThat(store().open()).singleElement().asString().contains("set aside as");
  }

  @Test
  void aLaterSchemaIsRefusedAndLeftAsItIs() throws IOException, SQLException {
    open().writeLease(lease(1));
    close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA user_version = 99");
    }
    long before = Files.size(file());

    assertThatThrownBy(() -> store().open()).hasMessageContaining("schema 99");
    assertThat(Files.size(file())).isEqualTo(before);
  }
}
