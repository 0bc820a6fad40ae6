package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.HistoryEntry.Kind;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A Stoker with one service, which can be killed and begun again in the same world. */
abstract class RecoveryFixture {
  static final ServiceName A = new ServiceName("a");
  final FakeWorld world = new FakeWorld();
  UseCases stoker = begin();

  UseCases begin() {
    return world.begin();
  }

  /** The Stoker before it was killed: nothing of it is run any more. */
  void killStokerAndBeginAgain(String... more) {
    stoker = world.begin();
    load(more);
  }

  void load(String... more) {
    world.written().clear();
    world.written().write("services.a.model", "org/a");
    for (int i = 0; i < more.length; i += 2) {
      world.written().write(more[i], more[i + 1]);
    }
    stoker.configuredServices().load(null);
  }

  ServiceStatus status() {
    return stoker.orchestrator().status(A);
  }

  void seconds(long seconds) {
    world.advance(Duration.ofSeconds(seconds));
  }

  void startAndServe(String... more) {
    load(more);
    stoker.orchestrator().start(A);
    seconds(25);
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
  }

  List<HistoryEntry> history(Kind kind) {
    return stoker.history().history(A, Instant.EPOCH, 1000).stream()
        .filter(entry -> entry.kind() == kind)
        .toList();
  }
}
