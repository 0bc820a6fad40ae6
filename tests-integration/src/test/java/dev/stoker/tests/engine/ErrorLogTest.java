package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.stoker.application.Application;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.testing.FakeServer.Behaviour;
import dev.stoker.testing.FakeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ErrorLogTest {
  @Test
  @Tag("FR-048")
  @Tag("NFR-014")
  void everyFailureOfAServiceIsLoggedAtErrorWithItsCode() {
    Logger root = (Logger) LoggerFactory.getLogger("dev.stoker.application");
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    root.addAppender(events);
    FakeWorld world = new FakeWorld();
    world.machine().behave(Behaviour.normal().dying(Duration.ofSeconds(3)));
    ServiceName name = new ServiceName("s");
    ServiceOrchestrator orchestrator = Application.wire(world).orchestrator();
    var _ =
        orchestrator.define(
            new ServiceSpec(
                name,
                "vllm",
                new DemoModel(Path.of("/d")),
                null,
                List.of(),
                VllmLifecycleOptions.defaults()));
    var _ = orchestrator.start(name);
    world.advance(Duration.ofSeconds(10));
    root.detachAppender(events);

    assertThat(events.list)
        .filteredOn(event -> event.getLevel() == Level.ERROR)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getFormattedMessage()).isEqualTo("failure");
              assertThat(event.getKeyValuePairs().toString())
                  .contains("code=\"VLM-015\"", "service=\"s\"");
            });
  }
}
