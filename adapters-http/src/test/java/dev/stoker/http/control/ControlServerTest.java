package dev.stoker.http.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.squareup.moshi.Moshi;
import dev.stoker.application.Application;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.access.ControlAddress;
import dev.stoker.http.metrics.Meters;
import dev.stoker.testing.FakeWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control API as any program can call it: bytes on a socket. */
@Timeout(60)
class ControlServerTest {
  private static final String TOKEN = "secret";
  private final FakeWorld world = new FakeWorld();
  private final UseCases useCases = Application.wire(world);
  private ControlServer server;

  @BeforeEach
  void start() {
    server =
        ControlServer.start(
            useCases, useCases, new ControlAddress(0, TOKEN, "1.2.3", null), metrics(false));
    server.open();
    useCases
        .orchestrator()
        .define(
            new ServiceSpec(
                new ServiceName("demo"),
                "vllm",
                new DemoModel(Path.of("/d")),
                null,
                List.of(),
                VllmLifecycleOptions.defaults()))
        .join();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private MetricsPage metrics(boolean open) {
    return new MetricsPage(Meters.begin(useCases, useCases.ownUse()), open);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.address().getPort());
    // What never comes is a failed test, not a hung one.
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** {@return the whole answer to these lines, the connection closed by the server} */
  private String send(String... lines) throws IOException {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String call(String method, String path, String... more) throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                method + " " + path + " HTTP/1.1",
                "Host: 127.0.0.1",
                "Connection: close",
                "Authorization: Bearer " + TOKEN));
    lines.addAll(List.of(more));
    return send(lines.toArray(String[]::new));
  }

  private String put(String body) throws IOException {
    return call(
        "PUT",
        "/v1/services/other",
        "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length,
        "",
        body);
  }

  @Test
  void listensOnLoopbackAlone() {
    assertThat(server.address().getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void answersNothingBeforeItIsOpen() throws IOException {
    server.close();
    server =
        ControlServer.start(
            useCases, useCases, new ControlAddress(0, TOKEN, "1.2.3", null), metrics(false));

    assertThat(call("GET", "/v1/services")).startsWith("HTTP/1.1 503 ").contains("VLM-033");
  }

  @Test
  void whoWatchesThisStokerNeedsNoToken() throws IOException {
    assertThat(send("GET /livez HTTP/1.1", "Host: localhost", "Connection: close"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(send("GET /readyz HTTP/1.1", "Host: localhost", "Connection: close"))
        .endsWith("\r\n\r\nready\n");
    assertThat(
            send(
                "POST /livez HTTP/1.1",
                "Host: localhost",
                "Content-Length: 0",
                "Connection: close"))
        .startsWith("HTTP/1.1 405 ");
    assertThat(send("GET /livez HTTP/1.1", "Host: evil.example", "Connection: close"))
        .startsWith("HTTP/1.1 403 ");

    server.refuse();

    assertThat(send("GET /readyz HTTP/1.1", "Host: localhost", "Connection: close"))
        .startsWith("HTTP/1.1 503 ")
        .endsWith("not ready\n");
    assertThat(send("GET /livez HTTP/1.1", "Host: localhost", "Connection: close"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(call("GET", "/v1/services")).contains("this Stoker is ending");
  }

  @Test
  void metricsNeedTheTokenUnlessTheyAreOpen() throws IOException {
    assertThat(send("GET /metrics HTTP/1.1", "Host: localhost", "Connection: close"))
        .startsWith("HTTP/1.1 401 ");
    assertThat(call("GET", "/metrics"))
        .contains("application/openmetrics-text", "stoker_service_state{service=\"demo\"")
        .endsWith("# EOF\n");
    server.close();
    server =
        ControlServer.start(
            useCases, useCases, new ControlAddress(0, TOKEN, "1.2.3", null), metrics(true));

    assertThat(send("GET /metrics HTTP/1.1", "Host: localhost", "Connection: close"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aQueryThatCannotBeDecodedIsRefused() throws IOException {
    assertThat(call("POST", "/v1/services/demo/start?wait=%zz", "Content-Length: 0"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void showsServicesToWhoHasTheToken() throws IOException {
    assertThat(call("GET", "/v1/services"))
        .startsWith("HTTP/1.1 200 OK")
        .containsIgnoringCase("content-type: application/json")
        .contains("{\"services\":[{\"name\":\"demo\",\"state\":\"Stopped\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: y",
        "Authorization: Bearer secre",
        "Authorization: Bearer secrets",
        "Authorization: Basic secret",
        "Authorization: secret",
        "Authorization: Bearer "
      })
  void refusesWhoHasNot(String header) throws IOException {
    for (String path : List.of("/v1/services", "/openapi.json", "/v1/events", "/nothing")) {
      assertThat(send("GET " + path + " HTTP/1.1", "Host: localhost", "Connection: close", header))
          .startsWith("HTTP/1.1 401 ")
          .contains("WWW-Authenticate: Bearer", "\"code\":\"VLM-033\"")
          .doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Host: evil.example", "Host: 127.0.0.1.evil.example:7781", "Host: 10.0.0.1"})
  void refusesAnotherNameForThisMachine(String host) throws IOException {
    assertThat(
            send(
                "GET /v1/services HTTP/1.1",
                host,
                "Connection: close",
                "Authorization: Bearer " + TOKEN))
        .startsWith("HTTP/1.1 403 ")
        .contains("Host header");
  }

  @Test
  void allowsNoOtherOrigin() throws IOException {
    assertThat(call("GET", "/v1/services", "Origin: http://evil.example"))
        .doesNotContainIgnoringCase("access-control");
    assertThat(call("OPTIONS", "/v1/services", "Origin: http://evil.example"))
        .startsWith("HTTP/1.1 405 ")
        .containsIgnoringCase("allow: GET")
        .doesNotContainIgnoringCase("access-control");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET  | /v1/nothing                            | 404 | VLM-033
          GET  | /v1/services/none                      | 404 | VLM-031
          GET  | /v1/services/No                        | 400 | VLM-033
          POST | /v1/services                           | 405 | VLM-033
          POST | /v1/services/demo/start?wait=perhaps   | 400 | VLM-033
          GET  | /v1/history?limit=x                       | 400 | VLM-033
          GET  | /v1/incidents?limit=0                     | 400 | VLM-033
          POST | /v1/services/demo/ask                  | 400 | VLM-033
          """)
  void aBadRequestIsAProblemWithACode(String method, String path, int status, String code)
      throws IOException {
    assertThat(call(method, path))
        .startsWith("HTTP/1.1 " + status + " ")
        .containsIgnoringCase("content-type: application/problem+json")
        .contains("\"code\":\"" + code + "\"", "\"remedy\":\"", "\"status\":" + status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"provider\": \"vllm\"}",
        "{\"provider\": 1, \"model\": {\"hub\": \"a/b\"}}",
        "{\"provider\": \"vllm\", \"model\": {\"hub\": \"not a model\"}}",
        "{\"provider\": \"vllm\", \"model\": {\"folder\": \"relative\"}}",
        "{\"provider\": \"vllm\", \"model\": {\"hub\": \"a/b\"}, \"colour\": 1}",
        "{\"provider\": \"vllm\", \"model\": {\"hub\": \"a/b\"}, \"options\": {\"port\": \"x\"}}",
        "{\"provider\": \"vllm\", \"model\": {\"hub\": \"a/b\"}, \"options\": {\"none\": \"x\"}}",
        "{\"provider\": \"none\", \"model\": {\"hub\": \"a/b\"}}",
        "{\"provider\": \"vllm\", \"model\": {\"hub\": \"a/b\"}, \"arguments\": [\"--port\"]}"
      })
  void aBadBodyIsRefusedAndNothingIsDefined(String body) throws IOException {
    assertThat(put(body)).startsWith("HTTP/1.1 400 ").contains("\"code\":\"VLM-0");
    assertThat(call("GET", "/v1/services/other")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void aGoodBodyDefinesAService() throws IOException {
    assertThat(
            put(
                "{\"provider\": \"vllm\", \"model\": {\"hub\": \"a/b\"}, \"options\": {\"port\":"
                    + " \"8100\"}}"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"model\":\"a/b\"", "\"port\":8100");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws IOException {
    assertThat(put("x".repeat(70_000))).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void headersAndLinesThatAreTooLongAreRefused() throws IOException {
    assertThat(call("GET", "/v1/services", "X: " + "y".repeat(20_000)))
        .matches("(?s)HTTP/1\\.[01] 431 .*");
    assertThat(call("GET", "/v1/" + "y".repeat(20_000))).matches("(?s)HTTP/1\\.[01] 414 .*");
  }

  @Test
  void whatIsToldTwiceUnderOneKeyIsDoneOnce() throws IOException {
    String first =
        call("POST", "/v1/services/demo/start", "Content-Length: 0", "Idempotency-Key: k1");
    world.advance(Duration.ofSeconds(60));
    call("POST", "/v1/services/demo/stop", "Content-Length: 0");
    world.advance(Duration.ofSeconds(60));

    assertThat(call("POST", "/v1/services/demo/start", "Content-Length: 0", "Idempotency-Key: k1"))
        .startsWith("HTTP/1.1 202 ")
        .endsWith(first.substring(first.indexOf('{')));
    assertThat(call("POST", "/v1/services/demo/stop", "Content-Length: 0", "Idempotency-Key: k1"))
        .startsWith("HTTP/1.1 422 ");
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void whoDoesNotWaitIsToldThatItBegan() throws IOException {
    assertThat(call("POST", "/v1/services/demo/start", "Content-Length: 0"))
        .startsWith("HTTP/1.1 202 ")
        .contains("\"name\":\"demo\"");
  }

  @Test
  void theDocumentNamesEveryRouteAndNoOther() throws IOException {
    Set<String> routes = new TreeSet<>(Set.of("GET " + Routes.EVENTS));
    Probes.paths().forEach(path -> routes.add("GET " + path));
    ControlServer.routes(useCases, useCases, new ControlAddress(0, TOKEN, "1.2.3", null))
        .forEach(route -> routes.add(route.method() + " " + route.template()));
    Set<String> documented = new TreeSet<>();
    Map<String, Object> paths = members(parse(Routes.document()).get("paths"));
    paths.forEach(
        (path, operations) ->
            members(operations)
                .keySet()
                .forEach(method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path)));

    assertThat(documented).isEqualTo(routes);
  }

  private static Map<String, Object> parse(String json) throws IOException {
    return members(new Moshi.Builder().build().adapter(Object.class).fromJson(json));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> members(Object object) {
    return (Map<String, Object>) object;
  }

  @Test
  void theDocumentDescribesEveryMemberOfAStatus() throws IOException {
    String answer = call("GET", "/v1/services/demo");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    Map<String, Object> schemas =
        members(members(parse(Routes.document()).get("components")).get("schemas"));
    Map<String, Object> status = members(schemas.get("Status"));

    assertThat(parse(body).keySet())
        .isEqualTo(members(status.get("properties")).keySet())
        .containsExactlyInAnyOrderElementsOf(strings(status.get("required")));
  }

  @SuppressWarnings("unchecked")
  private static List<String> strings(Object list) {
    return (List<String>) list;
  }
}
