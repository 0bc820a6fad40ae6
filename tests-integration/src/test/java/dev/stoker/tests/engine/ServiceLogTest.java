package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.stoker.application.Application;
import dev.stoker.application.ServiceNotice.Changed;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeServer.Behaviour;
import dev.stoker.testing.FakeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What operators find in the log of a service's life. */
class ServiceLogTest {
  private static final ServiceName NAME = new ServiceName("s");

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.stoker.application");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final FakeWorld world = new FakeWorld();
  private final ServiceOrchestrator orchestrator = Application.wire(world).orchestrator();

  @BeforeEach
  void read() {
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void nothingIsLeft() {
    logger.detachAppender(log);
    logger.setLevel(null);
    var _ = orchestrator.stop(NAME);
    world.advance(Duration.ofMinutes(2));
    world.assertNothingLeft();
  }

  private void start(Map<String, String> options) {
    var _ =
        orchestrator.define(
            new ServiceSpec(
                NAME,
                "vllm",
                new DemoModel(Path.of("/d")),
                null,
                List.of(),
                VllmLifecycleOptions.from(options)));
    var _ = orchestrator.start(NAME);
  }

  private List<Map<String, String>> events(Level level, String message) {
    return log.list.stream()
        .filter(event -> event.getLevel() == level)
        .filter(event -> event.getFormattedMessage().equals(message))
        .map(ServiceLogTest::values)
        .toList();
  }

  private static Map<String, String> values(ILoggingEvent event) {
    return event.getKeyValuePairs().stream()
        .collect(Collectors.toMap(pair -> pair.key, pair -> Objects.toString(pair.value)));
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        failure(
            "VLM-015",
            (world, test) -> {
              world.machine().behave(Behaviour.normal().dying(Duration.ofSeconds(3)));
              test.start(Map.of());
            }),
        failure(
            "VLM-005",
            (world, test) -> {
              PortHolder holder = new PortHolder(7, "x");
              world.machine().network().occupy(VllmLifecycleOptions.defaults().port(), holder);
              test.start(Map.of());
            }),
        failure(
            "VLM-004",
            (world, test) -> {
              world.machine().behave(Behaviour.normal().neverListening());
              test.start(Map.of("lifecycle.model_load_timeout_seconds", "60"));
            }),
        failure(
            "VLM-015",
            (world, test) -> {
              test.start(Map.of());
              world.advance(Duration.ofSeconds(25));
              world.machine().last().end(new ExitStatus.Exited(1));
            }),
        failure(
            "VLM-028",
            (world, test) -> {
              test.start(Map.of());
              world.advance(Duration.ofSeconds(25));
              world.machine().last().setHealthy(false);
              world.advance(Duration.ofSeconds(190));
            }),
        failure(
            "VLM-028",
            (world, test) -> {
              test.start(Map.of("lifecycle.mode", "monitored"));
              world.advance(Duration.ofSeconds(200));
            }),
        failure(
            "VLM-030",
            (world, test) -> {
              test.start(Map.of());
              world.advance(Duration.ofSeconds(25));
              world.provider().explainAs(new Internal("bad flag"));
              world.machine().last().end(new ExitStatus.Exited(2));
            }));
  }

  private static Arguments failure(String code, BiConsumer<FakeWorld, ServiceLogTest> cause) {
    return Arguments.of(code, cause);
  }

  @ParameterizedTest
  @MethodSource("failures")
  @Tag("FR-048")
  @Tag("NFR-014")
  @Tag("AC-018")
  void everyFailureOfAServiceIsLoggedOnceAtErrorWithItsCode(
      String code, BiConsumer<FakeWorld, ServiceLogTest> cause) {
    cause.accept(world, this);
    world.advance(Duration.ofSeconds(90));

    assertThat(events(Level.ERROR, "failure"))
        .singleElement()
        .satisfies(
            each ->
                assertThat(each)
                    .containsEntry("code", code)
                    .containsEntry("service", NAME.value())
                    .containsKey("what"));
  }

  @Test
  @Tag("NFR-013")
  void everyTransitionIsLoggedWithWhatItWasAndWhy() {
    List<ServiceState> told = new ArrayList<>();
    orchestrator.listen(
        notice -> {
          if (notice instanceof Changed changed) {
            told.add(changed.to());
          }
        });
    start(Map.of("lifecycle.max_restarts_per_minute", "1"));
    world.advance(Duration.ofSeconds(25));
    for (int i = 0; i < 2; i++) {
      world.machine().last().end(new ExitStatus.Exited(1));
      world.advance(Duration.ofSeconds(30));
    }

    assertThat(told).contains(ServiceState.CRASHED, ServiceState.RUNNING, ServiceState.FAILED);
    List<Map<String, String>> logged = events(Level.INFO, "state changed");
    assertThat(logged)
        .extracting(each -> each.get("to"))
        .containsExactlyElementsOf(told.stream().map(ServiceState::printed).toList());
    for (int i = 1; i < logged.size(); i++) {
      assertThat(logged.get(i)).containsEntry("from", logged.get(i - 1).get("to"));
    }
    assertThat(logged).allSatisfy(each -> assertThat(each.get("reason")).isNotBlank());
  }

  @Test
  @Tag("NFR-016")
  void loadingIsLoggedEveryTenToTwentySecondsFromBeginToEnd() {
    world.machine().behave(Behaviour.normal().loading(Duration.ofSeconds(90)));
    start(Map.of());
    world.advance(Duration.ofMinutes(2));
    assertThat(orchestrator.status(NAME).state()).isEqualTo(ServiceState.RUNNING);

    List<Integer> seconds =
        events(Level.INFO, "loading").stream()
            .map(each -> Integer.parseInt(each.get("elapsed").replace("s", "")))
            .toList();
    assertThat(seconds).hasSizeGreaterThan(5);
    assertThat(seconds.getFirst()).isLessThanOrEqualTo(20);
    assertThat(seconds.getLast()).isGreaterThan(80);
    for (int i = 1; i < seconds.size(); i++) {
      assertThat(seconds.get(i) - seconds.get(i - 1)).isBetween(10, 20);
    }
    assertThat(events(Level.INFO, "loading"))
        .allSatisfy(each -> assertThat(each).containsKeys("phase", "percent", "remaining"));
  }
}
