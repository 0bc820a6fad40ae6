package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.service.AfterEnd;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.Memory;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.testing.FakeWorld;
import dev.stoker.testing.Interleavings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No port and no device is ever given to two. */
@Tag("interleavings")
class ResourceLedgerInterleavingsTest {
  private static final List<ServiceSpec> SPECS = List.of(spec("a"), spec("b"));

  private static ServiceSpec spec(String name) {
    return new ServiceSpec(
        new ServiceName(name),
        "vllm",
        new HubModel(new ModelId("org/" + name)),
        null,
        List.of(),
        VllmLifecycleOptions.from(Map.of("port", "8000")));
  }

  @Test
  @Tag("FR-028")
  void whatOneHasNoOtherIsGiven() {
    Interleavings.search(OfLedger.class);
  }

  @Test
  void lookingAndThenTakingIsFoundOut() {
    assertThat(Interleavings.isRacy(OfRacyLedger.class)).isTrue();
  }

  /** The real one. */
  @Param(name = "service", gen = IntGen.class, conf = "0:1")
  public static class OfLedger {
    private final ResourceLedger ledger = ledger();

    private static ResourceLedger ledger() {
      FakeWorld world = new FakeWorld();
      return new ResourceLedger(
          world.portTable(), new DeviceTable(world.providers(), world.configurationSource()));
    }

    /** {@return what becomes of a claim of the only port and all devices} */
    @Operation
    public String claim(@Param(name = "service") int service) {
      try {
        return ledger.claim(SPECS.get(service), "cuda") == null ? "own" : "waits";
      } catch (LifecycleException e) {
        return e.failure().getClass().getSimpleName();
      }
    }

    /** {@return the port} */
    @Operation
    public String port(@Param(name = "service") int service) {
      try {
        return ledger.assignPort(SPECS.get(service)).options().port().toString();
      } catch (LifecycleException e) {
        return e.failure().getClass().getSimpleName();
      }
    }

    /** It is on its way down: who wants the same waits. */
    @Operation
    public void leaving(@Param(name = "service") int service) {
      ledger.standsAt(
          SPECS.get(service).name(),
          new MachineState.Sweeping(
              Memory.fresh(), new AfterEnd.StayDown(false), false, Instant.EPOCH));
    }

    /** It is down. */
    @Operation
    public void down(@Param(name = "service") int service) {
      ledger.standsAt(SPECS.get(service).name(), new MachineState.Stopped(Memory.fresh(), false));
    }
  }

  /** Looks whether it is free, and then takes it. */
  @Param(name = "service", gen = IntGen.class, conf = "0:1")
  public static class OfRacyLedger {
    private final Map<String, Integer> claims = new HashMap<>();

    /** {@return what becomes of a claim} */
    @Operation
    public String claim(@Param(name = "service") int service) {
      Integer owner = claims.get("port");
      if (owner != null && owner != service) {
        return "held";
      }
      claims.put("port", service);
      return "own";
    }

    /** It is down. */
    @Operation
    public void down(@Param(name = "service") int service) {
      Integer owner = claims.get("port");
      if (owner != null && owner == service) {
        claims.remove("port");
      }
    }
  }
}
