package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.LeftoverSweep.Leftover;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.testing.FakeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SweepServiceTest {
  private static final ServiceName NAME = new ServiceName("demo");
  private final FakeWorld world = new FakeWorld();

  /** A Stoker that is killed: nobody asks it any more, its server and its lease stay. */
  @BeforeEach
  void anEarlierStokerWasKilled() {
    UseCases earlier = Application.wire(world);
    earlier
        .orchestrator()
        .define(
            new ServiceSpec(
                NAME,
                "vllm",
                new DemoModel(Path.of("/data/demo")),
                null,
                List.of(),
                VllmLifecycleOptions.defaults()));
    earlier.orchestrator().start(NAME);
    world.advance(Duration.ofSeconds(1));
  }

  @Test
  @Tag("NFR-011")
  void findsAndEndsWhatWasLeft() {
    UseCases next = Application.wire(world);

    assertThat(next.leftovers().find())
        .singleElement()
        .satisfies(left -> assertThat(left.living()).isEqualTo(2));
    assertThat(next.leftovers().sweep())
        .singleElement()
        .satisfies(swept -> assertThat(swept.ended()).isEqualTo(1));
    world.assertNothingLeft();
    assertThat(next.leftovers().find()).isEmpty();
  }

  @Test
  void findsItByItsMarkWhenTheStateWasLost() {
    world.store().leases().forEach(lease -> world.store().removeLease(NAME, lease.epoch()));
    UseCases next = Application.wire(world);

    assertThat(next.leftovers().find())
        .extracting(Leftover::description)
        .singleElement()
        .asString()
        .contains("the state does not know it");
    next.leftovers().sweep();
    world.assertNothingLeft();
  }
}
