package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.EngineMetrics;
import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.health.HealthCheckResult.BadStatus;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.health.HealthCheckResult.ProbeBroken;
import dev.stoker.domain.health.HealthCheckResult.Refused;
import dev.stoker.domain.health.HealthCheckResult.TimedOut;
import dev.stoker.domain.health.HealthCheckResult.WrongModel;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a health check asks, and what it makes of the answers. */
class HealthProbeTest {
  private static final String MODELS = "{\"object\":\"list\",\"data\":[{\"id\":\"demo\"}]}";
  @TempDir Path folder;
  private final MockWebServer server = new MockWebServer();
  private HealthProbe probe;
  private EngineMetrics metrics;
  private Port port;

  @BeforeEach
  void start() throws IOException {
    server.start(InetAddress.ofLiteral("127.0.0.1"), 0);
    port = new Port(server.getPort());
    DrivenPorts ports =
        Infrastructure.create(new Settings(Map.of("VLLM_API_KEY", "k"), folder, folder));
    probe = ports.healthProbe();
    metrics = ports.engineMetrics();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void answer(int status, String body) {
    server.enqueue(new MockResponse.Builder().code(status).body(body).build());
  }

  private HealthCheckResult check() {
    return probe.check(port, "demo");
  }

  @Test
  @Tag("UT-005")
  @Tag("UT-006")
  @Tag("FR-016")
  @Tag("FR-017")
  @Tag("AC-014")
  @Tag("AC-015")
  void asksHealthThenModels() throws InterruptedException {
    answer(200, "");
    answer(200, MODELS);

    assertThat(check()).isInstanceOf(Healthy.class);
    assertThat(server.takeRequest().getTarget()).isEqualTo("/health");
    var models = server.takeRequest();
    assertThat(models.getTarget()).isEqualTo("/v1/models");
    assertThat(models.getHeaders().get("Authorization")).isEqualTo("Bearer k");
  }

  @Test
  @Tag("UT-005")
  void anUnhealthyServerIsNotAskedForItsModels() throws InterruptedException {
    answer(503, "");

    assertThat(check()).isEqualTo(new BadStatus("/health", 503));
    assertThat(server.takeRequest().getTarget()).isEqualTo("/health");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  @Tag("UT-006")
  @Tag("FR-018")
  void anotherModelIsAFailedCheck() {
    answer(200, "");
    answer(200, MODELS.replace("demo", "other"));

    assertThat(check())
        .isInstanceOfSatisfying(
            WrongModel.class,
            wrong -> {
              assertThat(wrong.countsAsFailure()).isTrue();
              assertThat(wrong.expected()).isEqualTo("demo");
              assertThat(wrong.served()).contains("other");
            });
  }

  @Test
  @Tag("UT-006")
  void modelsThatCannotBeReadAreAFailedCheck() {
    answer(200, "");
    answer(200, "<html>");
    assertThat(check().countsAsFailure()).isTrue();

    answer(200, "");
    answer(401, "{}");
    assertThat(check()).as("we lack a key: no fault of the server").isInstanceOf(ProbeBroken.class);
  }

  @Test
  @Tag("FR-019")
  void theWholeCheckGivesUpAfterFiveSeconds() {
    // The first answer takes more than half of the time: what is left is the second one's.
    server.enqueue(new MockResponse.Builder().headersDelay(3, TimeUnit.SECONDS).build());
    stall();
    givesUpAfterFiveSeconds();
  }

  @Test
  @Tag("FR-019")
  void soItDoesWhereHealthItselfIsNotAnswered() {
    stall();
    givesUpAfterFiveSeconds();
  }

  private void stall() {
    server.enqueue(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
  }

  private void givesUpAfterFiveSeconds() {
    long began = System.nanoTime();
    HealthCheckResult result = check();
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(result).isInstanceOf(TimedOut.class);
    assertThat(took).isBetween(Duration.ofSeconds(4), Duration.ofMillis(7900));
  }

  /** A server that is told to end waits for its clients: one of ours must not keep it. */
  @Test
  void aRequestThatIsCancelledHangsUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var answer = probe.answersOne(new Port(silent.getLocalPort()), "demo", Duration.ofMinutes(5));
      try (Socket client = silent.accept()) {
        client.setSoTimeout(30_000);
        InputStream request = client.getInputStream();
        assertThat(request.read()).isPositive();
        answer.cancel(true);

        assertThat(request.readAllBytes()).as("read to its end").isNotEmpty();
      }
    }
  }

  @Test
  void countersAreRead() {
    answer(200, "vllm:num_requests_running{engine=\"0\"} 2.0\n");
    EngineSample sample = metrics.sample(port);

    assertThat(sample).isNotNull();
    assertThat(sample.running()).isEqualTo(2);
    answer(404, "");
    assertThat(metrics.sample(port)).isNull();
    server.close();
    assertThat(metrics.sample(port)).isNull();
  }

  @Test
  void nobodyThereIsRefused() {
    server.close();

    assertThat(check()).isInstanceOf(Refused.class);
  }
}
