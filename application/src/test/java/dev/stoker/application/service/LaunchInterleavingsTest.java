package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.out.Lease;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Moment;
import dev.stoker.domain.unit.Port;
import dev.stoker.testing.Interleavings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is learnt of a launch on one thread is not lost to another. */
@Tag("interleavings")
class LaunchInterleavingsTest {
  private static final ServiceName NAME = new ServiceName("a");
  private static final Lease LEASE =
      new Lease(
          NAME,
          1,
          "cookie",
          "boot",
          null,
          new Port(8000),
          Path.of("/run/a-1"),
          Path.of("/logs/a-1"),
          Instant.EPOCH,
          null,
          Set.of());

  @Test
  @Tag("NFR-009")
  void nothingThatIsLearntOfALaunchIsLost() {
    Interleavings.search(OfLaunch.class);
  }

  @Test
  void readingAndThenWritingIsFoundOut() {
    assertThat(Interleavings.isRacy(OfRacyLaunch.class)).isTrue();
  }

  /** The real one. */
  public static class OfLaunch {
    private final Launch launch =
        Launch.fresh(
            new ServiceSpec(
                NAME,
                "vllm",
                new HubModel(new ModelId("org/a")),
                null,
                List.of(),
                VllmLifecycleOptions.from(Map.of())),
            new EngineInfo("vllm", "1", "vllm", "cpu", Path.of("python"), null, "", false),
            LEASE,
            new Moment(Instant.EPOCH, Duration.ZERO));

    /** {@return whether it was new} */
    @Operation
    public boolean learn() {
      return launch.learn(Set.of("psm_a"));
    }

    /** It serves. */
    @Operation
    public void ready() {
      launch.update(lease -> lease.readySince(Instant.EPOCH));
    }

    /** {@return what is known} */
    @Operation
    public String known() {
      Lease lease = launch.lease();
      return lease.segments() + " " + lease.readyAt();
    }
  }

  /** As it was before this test: a volatile field, read and then written. */
  public static class OfRacyLaunch {
    private volatile Lease lease = LEASE;

    /** {@return whether it was new} */
    @Operation
    public boolean learn() {
      Lease before = lease;
      boolean isNew = !before.segments().contains("psm_a");
      if (isNew) {
        lease = before.withMore(Set.of("psm_a"));
      }
      return isNew;
    }

    /** It serves. */
    @Operation
    public void ready() {
      lease = lease.readySince(Instant.EPOCH);
    }

    /** {@return what is known} */
    @Operation
    public String known() {
      Lease now = lease;
      return now.segments() + " " + now.readyAt();
    }
  }
}
