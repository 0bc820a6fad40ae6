package dev.stoker.http.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.testing.FakeServer.Behaviour;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page of metrics says of what happened. */
class MetersTest {
  private static final ServiceName NAME = new ServiceName("one");
  private static final Pattern SAMPLE =
      Pattern.compile("[a-z_]+(\\{([a-z_]+=\"[^\"]*\",?)*})? [-+0-9.eEINFa]+");

  private final FakeWorld world = new FakeWorld();
  private final UseCases stoker = Application.wire(world);
  private final Meters meters = Meters.begin(stoker, stoker.ownUse());

  @AfterEach
  void close() {
    meters.close();
  }

  private void seconds(int number) {
    world.advance(Duration.ofSeconds(number));
  }

  private void serve() {
    stoker
        .orchestrator()
        .define(
            new ServiceSpec(
                NAME,
                "vllm",
                new HubModel(new ModelId("acme/model")),
                null,
                List.of(),
                VllmLifecycleOptions.defaults()));
    stoker.orchestrator().start(NAME);
    seconds(40);
  }

  private String page() {
    return meters.page(null).text();
  }

  @Test
  @Tag("NFR-013")
  void aStartACrashAndARestartAreCounted() {
    serve();
    world.machine().last().end(new ExitStatus.Exited(1));
    seconds(60);

    assertThat(page())
        .contains(
            "stoker_service_starts_total{outcome=\"ready\",service=\"one\"} 2.0",
            "stoker_service_start_seconds_count{service=\"one\"} 2",
            "stoker_service_incidents_total{code=\"VLM-015\",service=\"one\"} 1.0",
            "stoker_service_restarts_total{code=\"VLM-015\",service=\"one\"} 1.0",
            "stoker_service_state{service=\"one\",state=\"Running\"} 1.0",
            "stoker_service_state{service=\"one\",state=\"Failed\"} 0.0",
            "stoker_service_info{engine=\"vllm\",engine_version=\"",
            "stoker_service_start_phase_seconds_count{phase=\"weights\",service=\"one\"} ");
  }

  @Test
  void aStartThatIsGivenUpHasFailed() {
    world.machine().behave(Behaviour.normal().neverListening());
    serve();
    seconds(600);

    assertThat(page())
        .containsPattern("stoker_service_starts_total\\{outcome=\"failed\",service=\"one\"} [1-9]")
        .doesNotContain("outcome=\"cancelled\"", "outcome=\"ready\"");
  }

  @Test
  void aStartByHandIsNoAutomaticRestart() {
    serve();
    world.machine().last().end(new ExitStatus.Exited(1));
    seconds(1);
    stoker.orchestrator().start(NAME);
    seconds(60);

    assertThat(page())
        .contains("stoker_service_incidents_total{code=\"VLM-015\",service=\"one\"} 1.0")
        .doesNotContain("stoker_service_restarts_total{");
  }

  @Test
  void aStartThatIsStoppedIsNoFailure() {
    serve();
    stoker.orchestrator().restart(NAME);
    seconds(2);
    stoker.orchestrator().stop(NAME);
    seconds(60);

    assertThat(page())
        .contains("stoker_service_starts_total{outcome=\"cancelled\",service=\"one\"} 1.0")
        .doesNotContain("stoker_service_incidents_total{");
  }

  @Test
  void whatStokerItselfTakesIsShown() {
    assertThat(page())
        .contains(
            "process_cpu_seconds_total 2.0",
            "process_resident_memory_bytes 8.388608E7",
            "process_open_fds 30.0",
            "process_threads 12.0");
  }

  @Test
  void requestsAreCountedByWhatTheClientGot() {
    GatewayMeters.Timing timing = meters.gateway().begin("/v1/completions");
    timing.isFor(NAME);
    timing.waits();
    timing.waited();
    timing.replayed();
    timing.answered();
    timing.over(200);
    timing.over(500);

    assertThat(page())
        .contains(
            "stoker_gateway_requests_total{code=\"200\",route=\"/v1/completions\",service=\"one\"}"
                + " 1.0",
            "stoker_gateway_first_byte_seconds_count{route=\"/v1/completions\",service=\"one\"} 1",
            "stoker_gateway_wait_seconds_count{service=\"one\"} 1",
            "stoker_gateway_replays_total{service=\"one\"} 1.0",
            "stoker_gateway_open_requests 0.0")
        .doesNotContain("code=\"500\"");
  }

  @Test
  void eachFormIsWellFormed() {
    serve();

    assertThat(meters.page("application/openmetrics-text").type())
        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(page()).endsWith("# EOF\n");
    Meters.Page plain = meters.page("text/plain;version=0.0.4");
    assertThat(plain.type()).startsWith("text/plain; version=0.0.4");
    for (Meters.Page page : List.of(plain, meters.page(null))) {
      assertThat(page.text().lines())
          .allMatch(line -> line.startsWith("# ") || SAMPLE.matcher(line).matches());
    }
  }
}
