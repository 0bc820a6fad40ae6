package dev.stoker.http.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.UseCases;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.access.ControlAddress;
import dev.stoker.http.metrics.Meters;
import dev.stoker.testing.FakeWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line does beside services, asked over the control API. */
@Timeout(60)
class MachineRoutesTest {
  private static final String TOKEN = "secret";
  private static final ModelId MODEL = new ModelId("acme/small");
  private final FakeWorld world = new FakeWorld();
  private final UseCases useCases = world.begin();
  private final OkHttpClient http =
      new OkHttpClient.Builder().readTimeout(Duration.ofSeconds(30)).build();
  private ControlServer server;

  @BeforeEach
  void start() {
    server =
        ControlServer.start(
            useCases,
            useCases,
            new ControlAddress(0, TOKEN, "1.2.3", null),
            new MetricsPage(Meters.begin(useCases, useCases.ownUse()), false));
    server.open();
  }

  @AfterEach
  void stop() {
    server.close();
    // It is the daemon's own, whatever was read of it.
    assertThat(world.store().wasClosed()).isFalse();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private String call(String path, @Nullable String body) throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(server.address() + path)
            .header("Authorization", "Bearer " + TOKEN);
    if (body != null) {
      request.post(RequestBody.create(body, MediaType.get("application/json")));
    }
    try (Response response = http.newCall(request.build()).execute()) {
      return response.code() + " " + response.body().string();
    }
  }

  private String get(String path) throws IOException {
    return call(path, null);
  }

  @Test
  @Tag("FR-038")
  void everyValueThatHoldsIsToldWithItsOrigin() throws IOException {
    world.written().write("providers.vllm.model", "acme/small");

    assertThat(get("/v1/configuration"))
        .startsWith("200 ")
        .contains("\"port\":{\"value\":\"8000\",\"origin\":\"default\"}")
        .containsPattern("\"model\":\\{\"value\":\"acme/small\",\"origin\":\"config.yml:")
        .contains("\"services\":[\"default\"]");
  }

  @Test
  void whatIsWrongWithTheConfigurationIsTold() throws IOException {
    world.written().write("providers.vllm.port", "none");

    assertThat(get("/v1/configuration")).startsWith("400 ").contains("none");
  }

  @Test
  void theDoctorIsAsked() throws IOException {
    assertThat(get("/v1/doctor"))
        .startsWith("200 ")
        .contains("\"subject\":\"engines\"", "\"level\":\"");
  }

  @Test
  void outputIsExplained() throws IOException {
    assertThat(call("/v1/explain", "{\"output\": \"all is well\"}"))
        .isEqualTo("200 {\"problem\":null}");

    world.provider().explainAs(new Internal("it is broken"));

    assertThat(call("/v1/explain", "{\"output\": \"all is lost\"}"))
        .startsWith("200 {\"problem\":{")
        .contains("it is broken");
  }

  @Test
  void enginesAreListedAndInstalled() throws IOException {
    assertThat(get("/v1/engines")).startsWith("200 ").contains("\"provider\":\"vllm\"");
    assertThat(call("/v1/engines/install", "{\"engine\": \"vllm\", \"device\": \"cpu\"}"))
        .startsWith("200 ")
        .contains("data: {\"line\":\"about 6 GB on disk\"}", "data: {\"engine\":{", "event: end");
    assertThat(world.installer().installed())
        .containsExactly(new InstallRequest("vllm", null, "cpu", null));
  }

  @Test
  void anEngineIsRemovedWhereItIsOurs() throws IOException {
    assertThat(call("/v1/engines/remove", "{\"engine\": \"vllm\", \"version\": \"9.9.9\"}"))
        .startsWith("400 ")
        .contains("9.9.9");
    assertThat(world.installer().removed()).isEmpty();
    assertThat(call("/v1/engines/remove", "{\"engine\": \"vllm\", \"version\": \"0.32.0\"}"))
        .startsWith("200 ")
        .contains("\"version\":\"0.32.0\"");
    assertThat(world.installer().removed())
        .extracting(EngineInfo::version)
        .containsExactly("0.32.0");
  }

  @Test
  void aModelIsFetchedLookedAtAndRemoved() throws IOException {
    world.hub().forgetCache();
    world.hub().publish(MODEL);

    assertThat(get("/v1/models")).startsWith("200 ").contains("\"models\":[]");
    assertThat(call("/v1/models/pull", "{\"model\": \"acme/small\"}"))
        .startsWith("200 data: {\"progress\":{")
        .contains("data: {\"done\":{\"model\":\"acme/small\"", "event: end");
    assertThat(get("/v1/models")).contains("\"id\":\"acme/small\"");
    assertThat(call("/v1/models/show", "{\"model\": \"acme/small\"}"))
        .startsWith("200 ")
        .contains("\"complete\":true", "\"hub\":{");
    assertThat(call("/v1/models/verify", "{\"model\": \"acme/small\"}"))
        .startsWith("200 ")
        .contains("\"good\":true");
    assertThat(call("/v1/models/remove", "{\"model\": \"acme/small\"}"))
        .startsWith("200 ")
        .contains("\"freed_bytes\":");
    assertThat(get("/v1/models")).contains("\"models\":[]");
  }

  /** Also where nothing comes that could be told to nobody. */
  @Test
  void aPullEndsWithItsCaller() throws IOException {
    world.hub().forgetCache();
    world.hub().publish(MODEL);
    world.hub().stall();
    try (Socket caller = new Socket(server.address().getHost(), server.address().getPort())) {
      String body = "{\"model\": \"acme/small\"}";
      caller
          .getOutputStream()
          .write(
              ("POST /v1/models/pull HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                      + TOKEN
                      + "\r\nContent-Type: application/json\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(world.hub().stalled()).succeedsWithin(Duration.ofSeconds(30));
      assertThat(world.hub().cancelled()).isNotDone();
    }

    assertThat(world.hub().cancelled()).succeedsWithin(Duration.ofSeconds(30));
    assertThat(get("/v1/models")).doesNotContain("acme/small");
  }

  @Test
  void whatTheHubDoesNotHaveIsAProblemBeforeAnythingIsSaid() throws IOException {
    world.hub().forgetCache();

    assertThat(call("/v1/models/pull", "{\"model\": \"acme/none\"}"))
        .startsWith("4")
        .contains("\"code\":\"VLM-", "acme/none");
  }

  @Test
  void whetherAModelFitsIsTold() throws IOException {
    assertThat(
            call("/v1/fit", "{\"options\": {\"model\": \"acme/small\"}, \"assume\": \"2x23.5\"}"))
        .startsWith("200 ")
        .contains("\"model\":\"acme/small\"", "\"verdict\":");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/fit            | {"assume": "many"}                | must be such as 24
          /v1/fit            | {}                                | no model is asked for
          /v1/fit            | {"options": {"prot": "1"}}        | prot
          /v1/models/pull    | {"model": "/some/folder"}         | must be a model of the Hub
          /v1/models/pull    | {}                                | member 'model' is missing
          /v1/models/pull    | {"model": "a/b", "all": true}     | member 'all' is unknown
          /v1/bundles/import | {"folder": "here"}                | must be absolute
          /v1/explain        | {"output": 1}                     | member 'output'
          """)
  void whatIsNotMeantIsRefused(String path, String body, String said) throws IOException {
    assertThat(call(path, body)).startsWith("400 ").contains(said);
  }

  @Test
  void whatIsNotThereIsNotFound() throws IOException {
    world.written().write("providers.vllm.model", "acme/small");

    assertThat(get("/v1/services/default/differences")).startsWith("404 ");
    assertThat(get("/v1/incidents/demo-1")).startsWith("404 ");
    assertThat(get("/v1/services/nobody/logs")).startsWith("404 ");
    assertThat(get("/v1/services/nobody/logs?level=loud")).startsWith("400 ");
  }

  @Test
  void whileOneEngineIsInstalledNoOtherIs() {
    CompletableFuture<Void> goesOn = new CompletableFuture<>();
    world.installer().holdUntil(goesOn);
    CompletableFuture<String> first = install();
    while (world.installer().installed().isEmpty()) {
      Thread.onSpinWait();
    }

    assertThat(install().join()).contains("event: error", "another engine is being installed");
    goesOn.complete(null);
    assertThat(first.join()).contains("event: end");
    assertThat(world.installer().installed()).hasSize(1);
  }

  @Test
  void whatTakesLongEndsWithTheDaemon() {
    world.installer().holdUntil(new CompletableFuture<>());
    CompletableFuture<String> first = install();
    while (world.installer().installed().isEmpty()) {
      Thread.onSpinWait();
    }

    server.close();

    assertThat(world.installer().wasInterrupted()).isTrue();
    assertThat(first.join()).contains("event: error", "interrupted");
  }

  private CompletableFuture<String> install() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call("/v1/engines/install", "{\"engine\": \"vllm\"}");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  @Test
  void whatRanIsComparedAndItsOutputShown() throws IOException {
    world.written().write("providers.vllm.model", "acme/small");
    assertThat(get("/v1/services/default/differences")).startsWith("404 ");
    useCases.configuredServices().load(null);
    CompletableFuture<?> start =
        useCases.orchestrator().start(new ServiceName("default")).toCompletableFuture();
    while (!start.isDone()) {
      world.advance(Duration.ofMillis(100));
    }

    assertThat(get("/v1/services/default/differences"))
        .startsWith("200 ")
        .contains("\"good_at\":\"", "\"differences\":[]");
    assertThat(get("/v1/services/default/logs?limit=1"))
        .startsWith("200 {\"lines\":[\"")
        .endsWith("\"]}");
  }
}
