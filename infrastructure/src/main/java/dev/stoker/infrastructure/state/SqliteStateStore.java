package dev.stoker.infrastructure.state;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state in one SQLite file, written ahead and synchronised: what was written survives a crash.
 */
@Singleton
final class SqliteStateStore implements StateStore {
  private final StateFile file;

  @Inject
  SqliteStateStore(Settings settings) {
    this.file = new StateFile(settings.home().stateFile());
  }

  @Override
  public List<String> open() {
    return file.open();
  }

  @Override
  public boolean openForReading() {
    return file.openForReading();
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public long lastEpoch(ServiceName service) {
    List<Long> found =
        file.query(
            """
            SELECT MAX(
              COALESCE((SELECT last_epoch FROM services WHERE name = ?1), 0),
              COALESCE((SELECT MAX(epoch) FROM leases WHERE service = ?1), 0))\
            """,
            row -> row.getLong(1),
            service.value());
    return found.isEmpty() ? 0 : found.getFirst();
  }

  @Override
  public void saveService(ServiceSpec spec, EngineInfo engine) {
    file.update(
        """
        INSERT INTO services (name, provider, model, port, served_name, engine, engine_version)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE
        SET provider = excluded.provider, model = excluded.model, port = excluded.port,
          served_name = excluded.served_name, engine = excluded.engine,
          engine_version = excluded.engine_version\
        """,
        spec.name().value(),
        spec.provider(),
        spec.model().argument(),
        spec.options().port().number(),
        spec.model().servedName(),
        engine.provider(),
        engine.build());
  }

  @Override
  public List<ServiceRecord> services() {
    return file.query("SELECT * FROM services ORDER BY name", SqliteStateStore::service);
  }

  private static ServiceRecord service(ResultSet row) throws SQLException {
    return new ServiceRecord(
        new ServiceName(row.getString("name")),
        row.getString("provider"),
        row.getString("model"),
        row.getString("served_name"),
        row.getString("engine"),
        row.getString("engine_version"),
        new Port(row.getInt("port")));
  }

  @Override
  public void saveHeldDown(ServiceName service, @Nullable HeldDown why) {
    if (why == null) {
      file.update("DELETE FROM held_down WHERE service = ?", service.value());
      return;
    }
    Reported failure = why.failure();
    file.update(
        "INSERT OR REPLACE INTO held_down VALUES (?, ?, ?, ?, ?)",
        service.value(),
        failure == null ? null : failure.code().code(),
        failure == null ? null : failure.what(),
        failure == null ? null : failure.cause(),
        failure == null ? null : failure.remedy());
  }

  @Override
  public Optional<HeldDown> heldDown(ServiceName service) {
    List<HeldDown> found =
        file.query(
            "SELECT * FROM held_down WHERE service = ?",
            SqliteStateStore::heldDown,
            service.value());
    return found.stream().findFirst();
  }

  private static HeldDown heldDown(ResultSet row) throws SQLException {
    String code = row.getString("code");
    return code == null
        ? new HeldDown(null)
        : new HeldDown(
            new Reported(
                ErrorCode.parse(code).orElse(ErrorCode.INTERNAL),
                row.getString("what"),
                row.getString("cause"),
                row.getString("remedy"),
                Evidence.none()));
  }

  @Override
  public void writeLease(Lease lease) {
    var process = lease.process();
    file.update(
        """
        INSERT INTO leases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        lease.service().value(),
        lease.epoch(),
        lease.cookie(),
        lease.bootId(),
        process == null ? null : process.pid(),
        process == null ? null : process.startTicks(),
        lease.port().number(),
        lease.folder().toString(),
        lease.log().toString(),
        lease.takenAt().toEpochMilli(),
        String.join("/", lease.segments()));
    file.update(
        "UPDATE services SET last_epoch = MAX(last_epoch, ?) WHERE name = ?",
        lease.epoch(),
        lease.service().value());
  }

  @Override
  public void updateLease(Lease lease) {
    var process = lease.process();
    file.update(
        """
        UPDATE leases SET pid = ?, start_ticks = ?, segments = ?
        WHERE service = ? AND epoch = ?\
        """,
        process == null ? null : process.pid(),
        process == null ? null : process.startTicks(),
        String.join("/", lease.segments()),
        lease.service().value(),
        lease.epoch());
  }

  @Override
  public void removeLease(ServiceName service, long epoch) {
    file.update("DELETE FROM leases WHERE service = ? AND epoch = ?", service.value(), epoch);
  }

  @Override
  public List<Lease> leases() {
    return file.query("SELECT * FROM leases ORDER BY taken_at, epoch", LeaseRow::read);
  }

  @Override
  public void appendTransition(TransitionRecord transition) {
    file.update(
        "INSERT INTO transitions (service, at, from_state, to_state, reason) VALUES (?, ?, ?, ?,"
            + " ?)",
        transition.service().value(),
        transition.at().toEpochMilli(),
        transition.from().printed(),
        transition.to().printed(),
        transition.reason());
  }

  @Override
  public List<TransitionRecord> transitions(ServiceName service, int most) {
    return file.query(
            "SELECT * FROM transitions WHERE service = ? ORDER BY id DESC LIMIT ?",
            SqliteStateStore::transition,
            service.value(),
            most)
        .reversed();
  }

  private static TransitionRecord transition(ResultSet row) throws SQLException {
    return new TransitionRecord(
        new ServiceName(row.getString("service")),
        Instant.ofEpochMilli(row.getLong("at")),
        ServiceState.parse(row.getString("from_state")).orElse(ServiceState.UNKNOWN),
        ServiceState.parse(row.getString("to_state")).orElse(ServiceState.UNKNOWN),
        row.getString("reason"));
  }

  @Override
  public void appendStart(StartRecord start) {
    file.update(
        "INSERT INTO starts (service, epoch, model, engine, at, took_millis) VALUES (?, ?, ?, ?, ?,"
            + " ?)",
        start.service().value(),
        start.epoch(),
        start.model(),
        start.engine(),
        start.at().toEpochMilli(),
        start.took().toMillis());
  }

  @Override
  public List<StartRecord> starts(ServiceName service, int most) {
    return file.query(
            "SELECT * FROM starts WHERE service = ? ORDER BY id DESC LIMIT ?",
            SqliteStateStore::start,
            service.value(),
            most)
        .reversed();
  }

  private static StartRecord start(ResultSet row) throws SQLException {
    return new StartRecord(
        new ServiceName(row.getString("service")),
        row.getLong("epoch"),
        row.getString("model"),
        row.getString("engine"),
        Instant.ofEpochMilli(row.getLong("at")),
        Duration.ofMillis(row.getLong("took_millis")));
  }
}
