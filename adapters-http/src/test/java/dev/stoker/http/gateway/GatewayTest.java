package dev.stoker.http.gateway;

import static dev.stoker.http.gateway.ScriptedEngine.beginEvents;
import static dev.stoker.http.gateway.ScriptedEngine.endEvents;
import static dev.stoker.http.gateway.ScriptedEngine.event;
import static dev.stoker.http.gateway.ScriptedEngine.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.service.ServiceState;
import dev.stoker.http.gateway.ScriptedEngine.Asked;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes through, and what does not, while the server is well. */
class GatewayTest extends GatewayFixture {
  @Test
  void passesARequestAndItsAnswerThroughUntouched() throws IOException {
    String answer = "{ \"choices\" : [ ] , \"\u00e4\" : 1 }";
    engine.behave((_, out) -> json(out, 200, answer));

    Got got = call(post(BODY));
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(answer);
    Asked asked = engine.asked().getFirst();
    assertThat(asked.path()).isEqualTo(CHAT);
    assertThat(asked.body()).isEqualTo(BODY);
  }

  @Test
  void theClientsKeyStaysOutsideAndTheServersInside() throws IOException {
    call(post(BODY).newBuilder().header("Authorization", "Bearer mine").build());
    assertThat(engine.asked().getFirst().head())
        .contains("authorization: bearer inside")
        .noneMatch(line -> line.contains("mine"));
  }

  @Test
  void aRequestKeepsItsIdAndGetsOneWhereItHasNone() throws IOException {
    Got named = call(post(BODY).newBuilder().header("X-Request-Id", "id-7").build());
    assertThat(named.response().header("X-Request-Id")).isEqualTo("id-7");
    assertThat(engine.asked().getFirst().head()).contains("x-request-id: id-7");
    assertThat(call(post(BODY)).response().header("X-Request-Id")).hasSize(36);
  }

  @Test
  void anErrorOfTheServerIsTheClientsToRead() throws IOException {
    engine.behave((_, out) -> json(out, 400, "{\"error\":{\"message\":\"too long\"}}"));
    Got got = call(post(BODY));
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.body()).contains("too long");
  }

  @Test
  void aModelThatIsNotThereIsRefusedWithThoseThatAre() throws IOException {
    services.set("b", "org/b", 9, ServiceState.STOPPED);
    Got got = call(post("{\"model\":\"gpt-4\"}"));
    assertThat(got.status()).isEqualTo(404);
    assertThat(got.body())
        .contains("\"code\":\"model_not_found\"", "'gpt-4'", "org/a, also/a, org/b, also/b")
        .contains("\"param\":\"model\"");
  }

  @Test
  void aBodyWithoutAModelIsRefused() throws IOException {
    Got got = call(post("{\"messages\":[]}"));
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.body()).contains("no field 'model'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/load_lora_adapter",
        "/sleep",
        "/collective_rpc",
        "/invocations",
        "/v1",
        "/",
        "/v1/chat/completions/",
        "/V1/chat/completions",
        "/v1//chat/completions"
      })
  void whatIsNoQuestionToAModelIsNotThere(String path) throws IOException {
    assertThat(call(post(path, BODY)).status()).isEqualTo(404);
    assertThat(engine.asked()).isEmpty();
  }

  @Test
  void neitherAreTheServersMetrics() throws IOException {
    assertThat(call(to("/metrics").build()).status()).isEqualTo(404);
    assertThat(call(to(CHAT).build()).status()).isEqualTo(405);
    assertThat(engine.asked()).isEmpty();
  }

  @Test
  void pagesOfABrowserAreRefused() throws IOException {
    assertThat(call(post(BODY).newBuilder().header("Host", "evil.example").build()).status())
        .isEqualTo(403);
    assertThat(call(post(BODY).newBuilder().header("Origin", "http://x").build()).status())
        .isEqualTo(403);
    assertThat(engine.asked()).isEmpty();
  }

  @Test
  void listsTheModelsOfAllServicesWithTheirState() throws IOException {
    services.set("b", "org/b", 9, ServiceState.STOPPED);
    assertThat(call(to("/v1/models").build()).body())
        .startsWith("{\"object\":\"list\",\"data\":[")
        .contains("\"id\":\"org/a\"", "\"state\":\"Running\"")
        .contains("\"id\":\"org/b\"", "\"state\":\"Stopped\"");
    assertThat(call(to("/v1/models/org/b").build()).body()).contains("\"service\":\"b\"");
    assertThat(call(to("/v1/models/org%2Fb").build()).body()).contains("\"service\":\"b\"");
    assertThat(call(to("/v1/models/none").build()).status()).isEqualTo(404);
  }

  @Test
  void eventsComeAsTheyAreSent() throws Exception {
    CountDownLatch firstSeen = new CountDownLatch(1);
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          firstSeen.await();
          event(out, "{\"n\":2}");
          event(out, "[DONE]");
          endEvents(out);
        });
    try (Response response = http.newCall(post(STREAM)).execute()) {
      BufferedSource body = response.body().source();
      assertThat(body.readUtf8Line()).isEqualTo("data: {\"n\":1}");
      firstSeen.countDown();
      assertThat(body.readUtf8()).isEqualTo("\ndata: {\"n\":2}\n\ndata: [DONE]\n\n");
    }
  }

  @Test
  void aClientThatHangsUpEndsTheServersWork() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch noticed = new CountDownLatch(1);
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          begun.countDown();
          try {
            while (true) {
              event(out, "{}");
            }
          } catch (IOException e) {
            noticed.countDown();
            throw e;
          }
        });
    Call call = http.newCall(post(STREAM));
    try (Response response = call.execute()) {
      begun.await();
      response.body().source().readUtf8Line();
      call.cancel();
    }
    noticed.await();
  }

  @Test
  void whatIsTooLargeToBeKeptIsSentOnAsItComes() throws IOException {
    String body = "{\"model\":\"org/a\",\"x\":\"" + "y".repeat(1_500_000) + "\"}";
    assertThat(call(post(body)).status()).isEqualTo(200);
    assertThat(engine.asked().getFirst().body()).isEqualTo(body);
  }

  @Test
  void thatHasALimitToo() throws IOException {
    String body = "{\"model\":\"org/a\",\"x\":\"" + "y".repeat(3_000_000) + "\"}";
    assertThat(call(post(body)).status()).isEqualTo(413);
    assertThat(engine.asked()).isEmpty();
    await(() -> engine.connections() == 0);
  }

  @Test
  void aBodyWhoseModelDoesNotComeIsGivenUp() throws IOException {
    RequestBody endless =
        RequestBody.create(
            "{\"x\":\"" + "y".repeat(3_000_000) + "\"}", MediaType.get("application/json"));
    assertThat(call(to(CHAT).post(endless).build()).status()).isEqualTo(413);
  }

  @Test
  void manyAtOnceAreAllAnswered() {
    engine.behave((asked, out) -> json(out, 200, asked.body()));
    var all =
        IntStream.range(0, 300)
            .mapToObj(i -> begin(post("{\"model\":\"org/a\",\"n\":" + i + "}")))
            .toList();
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).join().body()).endsWith("\"n\":" + i + "}");
    }
  }
}
