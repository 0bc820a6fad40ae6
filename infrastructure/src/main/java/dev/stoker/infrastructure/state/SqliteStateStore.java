package dev.stoker.infrastructure.state;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessLauncher;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state in one SQLite file, written ahead and synchronised: what was written survives a crash.
 */
@Singleton
final class SqliteStateStore implements StateStore {
  private static final Logger log = LoggerFactory.getLogger(SqliteStateStore.class);

  private static final int BETWEEN_CLEANINGS = 2000;

  private final StateFile file;
  private final String bootId;
  private final AtomicInteger entriesSinceCleaning = new AtomicInteger();

  @Inject
  SqliteStateStore(Settings settings, ProcessLauncher launcher) {
    this.file = new StateFile(settings.home().stateFile());
    this.bootId = launcher.bootId();
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
  public void saveService(ServiceSpec spec, EngineInfo engine, String commit) {
    Map<String, String> settings = new TreeMap<>(spec.settings());
    settings.put(ServiceSpec.DEVICE, engine.device());
    settings.put(ServiceSpec.COMMIT, commit);
    file.together(
        () -> {
          saveServiceRow(spec, engine);
          file.update("DELETE FROM settings WHERE service = ?", spec.name().value());
          settings.forEach(
              (key, value) ->
                  file.update(
                      "INSERT INTO settings VALUES (?, ?, ?)", spec.name().value(), key, value));
        });
  }

  private void saveServiceRow(ServiceSpec spec, EngineInfo engine) {
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
    return services(null);
  }

  @Override
  public Optional<ServiceRecord> service(ServiceName name) {
    return services(name.value()).stream().findFirst();
  }

  private List<ServiceRecord> services(@Nullable String name) {
    Map<String, Map<String, String>> settings = new HashMap<>();
    file.query(
            "SELECT * FROM settings WHERE ?1 IS NULL OR service = ?1",
            SqliteStateStore::setting,
            name)
        .forEach(
            setting ->
                settings
                    .computeIfAbsent(setting.service(), _ -> new HashMap<>())
                    .put(setting.key(), setting.value()));
    return file.query(
        "SELECT * FROM services WHERE ?1 IS NULL OR name = ?1 ORDER BY name",
        row -> service(row, settings.getOrDefault(row.getString("name"), Map.of())),
        name);
  }

  private record Setting(String service, String key, String value) {}

  private static Setting setting(ResultSet row) throws SQLException {
    return new Setting(row.getString("service"), row.getString("key"), row.getString("value"));
  }

  private static ServiceRecord service(ResultSet row, Map<String, String> settings)
      throws SQLException {
    return new ServiceRecord(
        new ServiceName(row.getString("name")),
        row.getString("provider"),
        row.getString("model"),
        row.getString("served_name"),
        row.getString("engine"),
        row.getString("engine_version"),
        new Port(row.getInt("port")),
        settings);
  }

  @Override
  public void record(StepRecord step) {
    file.together(
        () -> {
          if (step.standing() != null) {
            StandingRow.write(file, step.service(), step.standing(), bootId);
          }
          step.entries().forEach(entry -> HistoryRow.write(file, entry));
          if (step.incident() != null) {
            IncidentRow.write(file, step.incident());
          }
          if (step.decision() != null) {
            file.update(
                "UPDATE incidents SET decision = ? WHERE service = ? AND launch = ?",
                step.decision(),
                step.service().value(),
                step.launch());
          }
        });
    entriesSinceCleaning.addAndGet(step.entries().size());
    if (entriesSinceCleaning.get() > BETWEEN_CLEANINGS) {
      entriesSinceCleaning.set(0);
      forgetOldHistory();
    }
  }

  /** What was to be written is written: that old history stays for now is no failure of that. */
  private void forgetOldHistory() {
    try {
      file.forgetOldHistory();
    } catch (LifecycleException e) {
      log.atWarn().addKeyValue("problem", e.failure().what()).log("old history is kept");
    }
  }

  @Override
  public Optional<Standing> standing(ServiceName service) {
    return file
        .query(
            "SELECT * FROM standings WHERE service = ?",
            row -> StandingRow.read(row, bootId),
            service.value())
        .stream()
        .findFirst();
  }

  @Override
  public void forget(ServiceName service) {
    file.together(
        () -> {
          file.update("DELETE FROM standings WHERE service = ?", service.value());
          file.update("DELETE FROM wishes WHERE service = ?", service.value());
        });
  }

  @Override
  public void saveWish(ServiceName service, @Nullable ModelWish wish) {
    if (wish == null) {
      file.update("DELETE FROM wishes WHERE service = ?", service.value());
    } else {
      file.update(
          "INSERT OR REPLACE INTO wishes VALUES (?, ?, ?)",
          service.value(),
          wish.model().written(),
          wish.instead().written());
    }
  }

  @Override
  public Optional<ModelWish> wish(ServiceName service) {
    return file
        .query(
            "SELECT * FROM wishes WHERE service = ?",
            row ->
                ModelReference.ofWritten(row.getString("model")).flatMap(model -> wish(row, model)),
            service.value())
        .stream()
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<ModelWish> wish(ResultSet row, ModelReference model) {
    try {
      return ModelReference.ofWritten(row.getString("instead"))
          .map(instead -> new ModelWish(model, instead));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void writeLease(Lease lease) {
    var process = lease.process();
    file.update(
        """
        INSERT INTO leases (service, epoch, cookie, boot_id, pid, start_ticks, port, folder, log,
          taken_at, segments)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
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
        UPDATE leases SET pid = ?, start_ticks = ?, segments = ?, ready_at = ?
        WHERE service = ? AND epoch = ?\
        """,
        process == null ? null : process.pid(),
        process == null ? null : process.startTicks(),
        String.join("/", lease.segments()),
        lease.readyAt() == null ? null : lease.readyAt().toEpochMilli(),
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
  public List<Lease> leases(ServiceName service) {
    return file.query(
        "SELECT * FROM leases WHERE service = ? ORDER BY epoch", LeaseRow::read, service.value());
  }

  @Override
  public List<HistoryEntry> history(@Nullable ServiceName service, Instant since, int most) {
    return file.query(
            """
            SELECT * FROM history WHERE (?1 IS NULL OR service = ?1) AND at >= ?2
            ORDER BY id DESC LIMIT ?3\
            """,
            HistoryRow::read,
            service == null ? null : service.value(),
            millis(since),
            most)
        .reversed();
  }

  /** {@return the moment in milliseconds, be it before or after all that can be counted} */
  private static long millis(Instant moment) {
    return moment.isBefore(Instant.EPOCH) ? 0 : Math.min(moment.getEpochSecond(), 1L << 40) * 1000;
  }

  @Override
  public List<Incident> incidents(@Nullable ServiceName service, int most) {
    return file.query(
            """
            SELECT * FROM incidents WHERE (?1 IS NULL OR service = ?1)
            ORDER BY at DESC, launch DESC LIMIT ?2\
            """,
            IncidentRow::read,
            service == null ? null : service.value(),
            most)
        .reversed();
  }

  @Override
  public void appendStart(StartRecord start, Map<String, String> circumstances) {
    file.together(
        () -> {
          file.update(
              "INSERT OR IGNORE INTO starts (service, epoch, model, engine, at, took_millis,"
                  + " phases) VALUES (?, ?, ?, ?, ?, ?, ?)",
              start.service().value(),
              start.epoch(),
              start.model(),
              start.engine(),
              start.at().toEpochMilli(),
              start.took().toMillis(),
              StartRow.write(start.phases()));
          circumstances.forEach(
              (key, value) ->
                  file.update(
                      "INSERT OR IGNORE INTO circumstances VALUES (?, ?, ?, ?)",
                      start.service().value(),
                      start.epoch(),
                      key,
                      value));
        });
  }

  @Override
  public Optional<GoodStart> lastGoodStart(ServiceName service) {
    List<StartRecord> last =
        file.query(
            """
            SELECT * FROM starts WHERE service = ?1 AND epoch = (
              SELECT MAX(epoch) FROM circumstances WHERE service = ?1)\
            """,
            StartRow::read,
            service.value());
    if (last.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> all = new TreeMap<>();
    file.query(
            "SELECT key, value FROM circumstances WHERE service = ? AND epoch = ?",
            row -> Map.entry(row.getString("key"), row.getString("value")),
            service.value(),
            last.getFirst().epoch())
        .forEach(each -> all.put(each.getKey(), each.getValue()));
    return Optional.of(new GoodStart(last.getFirst().at(), all));
  }

  @Override
  public List<StartRecord> starts(@Nullable ServiceName service, int most) {
    return file.query(
            """
            SELECT * FROM starts WHERE (?1 IS NULL OR service = ?1)
            ORDER BY id DESC LIMIT ?2\
            """,
            StartRow::read,
            service == null ? null : service.value(),
            most)
        .reversed();
  }
}
