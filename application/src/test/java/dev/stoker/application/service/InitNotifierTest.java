package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.port.in.InitSystem;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the service manager is told. */
class InitNotifierTest {
  private final FakeWorld world = new FakeWorld();
  private final InitSystem manager = Application.wire(world).initSystem();

  @Test
  void itIsToldInTheWordsOfItsProtocol() {
    manager.ready("keeps\n2 services");
    manager.alive();
    manager.reloading();
    manager.ending();

    assertThat(world.toldInitSystem())
        .satisfiesExactly(
            ready -> assertThat(ready).isEqualTo("READY=1\nSTATUS=keeps 2 services"),
            alive -> assertThat(alive).isEqualTo("WATCHDOG=1"),
            reloading -> assertThat(reloading).isEqualTo("RELOADING=1"),
            ending -> assertThat(ending).startsWith("STOPPING=1\n"));
  }

  @Test
  void itIsToldTwiceInTheTimeThatItGives() {
    assertThat(manager.patience()).contains(Duration.ofSeconds(15));
  }
}
