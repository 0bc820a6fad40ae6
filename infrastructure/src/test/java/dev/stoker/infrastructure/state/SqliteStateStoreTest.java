package dev.stoker.infrastructure.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessLauncher;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.StepRecord;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.service.Memory;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Standing.Want;
import dev.stoker.infrastructure.Settings;
import dev.stoker.testing.StateStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStateStoreTest extends StateStoreContract {
  @TempDir Path home;
  private ProcessLauncher boot = in("boot");

  /** A launcher that launches nothing, in a boot of the machine. */
  private static ProcessLauncher in(String bootId) {
    return new ProcessLauncher() {
      @Override
      public Launched launch(LaunchPlan plan, Lease lease) {
        throw new AssertionError("nothing is launched here");
      }

      @Override
      public String bootId() {
        return bootId;
      }
    };
  }

  private final List<SqliteStateStore> opened = new ArrayList<>();

  private SqliteStateStore store() {
    SqliteStateStore store =
        new SqliteStateStore(
            new Settings(Map.of("STOKER_HOME", home.toString()), home, home), boot);
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

  @Test
  @Tag("FR-033")
  void inAnotherBootTheWindowBeginsAnewAndTheRestHolds() {
    RestartHistory restarts = new RestartHistory(List.of(Duration.ofHours(9)), 2, 0, false);
    open()
        .record(
            new StepRecord(
                NAME,
                new Standing(new Want.Up(), new Memory(4, restarts)),
                List.of(),
                null,
                null,
                0));
    boot = in("another");

    Standing found = open().standing(NAME).orElseThrow();
    assertThat(found.want()).isEqualTo(new Want.Up());
    assertThat(found.memory().restarts()).isEqualTo(new RestartHistory(List.of(), 2, 0, false));
  }

  @Test
  void aFileOfAnEarlierStokerIsBroughtUpToDateWithWhatItHolds() throws Exception {
    Files.createDirectories(file().getParent());
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      for (String change : Schema.stepsTo(2)) {
        statement.executeUpdate(change);
      }
      statement.executeUpdate("PRAGMA user_version = 2");
      statement.executeUpdate(
          "INSERT INTO held_down VALUES ('demo', 'VLM-015', 'it died', 'so', 'look')");
      statement.executeUpdate("INSERT INTO held_down VALUES ('other', NULL, NULL, NULL, NULL)");
      statement.executeUpdate(
          "INSERT INTO transitions VALUES (1, 'demo', 5000, 'Running', 'Crashed', 'exit code 1')");
    }
    StateStore store = open();

    assertThat(store.standing(NAME).orElseThrow().want()).isInstanceOf(Want.GivenUp.class);
    assertThat(store.standing(new ServiceName("other")).orElseThrow().want())
        .isEqualTo(new Want.Down(true));
    assertThat(store.history(NAME, Instant.EPOCH, 9))
        .singleElement()
        .satisfies(entry -> assertThat(entry.what()).isEqualTo("exit code 1"));
  }

  @Test
  @Tag("AC-021")
  void theHistoryIsBoundedAndKeepsTheLastRestarts() throws Exception {
    fill(Duration.ofDays(30));
    assertThat(count("")).isEqualTo(20_010);
    assertThat(count(" WHERE kind = 'restart'")).isEqualTo(10);
  }

  @Test
  @Tag("AC-021")
  void nothingOfTheLastDayIsForgotten() throws Exception {
    fill(Duration.ofHours(20));
    assertThat(count("")).isEqualTo(30_000);
  }

  /** Writes 30,000 entries from so long ago on, twenty of them restarts, and opens it again. */
  private void fill(Duration ago) throws Exception {
    open();
    close();
    long old = Instant.now().minus(ago).toEpochMilli();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
              + " INSERT INTO history (service, at, kind, launch, what, evidence)"
              + " SELECT 'demo', "
              + old
              + " + i, CASE WHEN i <= 20 THEN 'restart' ELSE 'exit' END, i, 'x', '' FROM n");
    }
    open();
    close();
  }

  private int count(String which) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM history" + which)) {
      return rows.getInt(1);
    }
  }
}
