package dev.stoker.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.http.access.GatewayAddress;
import dev.stoker.http.access.GatewayRules;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;

/** What whoever runs a gateway may allow and forbid, and the forms of requests. */
class GatewayRulesTest extends GatewayFixture {
  private void reopen(int rate, boolean accessLog) {
    GatewayRules usual = GatewayRules.usual();
    reopen(
        new GatewayAddress(
            "127.0.0.1",
            0,
            null,
            Set.of(),
            new GatewayRules(
                usual.longestWait(), usual.patience(), usual.waiting(), rate, accessLog)));
  }

  private Request with(String key) {
    return post(BODY).newBuilder().header("Authorization", "Bearer " + key).build();
  }

  @Test
  void whoAsksTooOftenIsToldWhenToComeAgain() throws IOException {
    reopen(2, false);
    assertThat(call(post(BODY)).status()).isEqualTo(200);
    assertThat(call(post(BODY)).status()).isEqualTo(200);

    Got got = call(post(BODY));

    assertThat(got.status()).isEqualTo(429);
    assertThat(got.body()).contains("\"code\":\"rate_limit_exceeded\"");
    assertThat(Integer.parseInt(got.response().header("Retry-After"))).isBetween(1, 30);
    assertThat(engine.asked()).hasSize(2);
  }

  @Test
  void eachKeyHasALimitOfItsOwn() throws IOException {
    String one = keys.add("one");
    String two = keys.add("two");
    reopen(1, false);

    assertThat(call(with(one)).status()).isEqualTo(200);
    assertThat(call(with(one)).status()).isEqualTo(429);
    assertThat(call(with(two)).status()).isEqualTo(200);
    assertThat(call(with("none")).status()).isEqualTo(401);
  }

  @Test
  void eachRequestIsWrittenDownWithoutWhatWasAsked() throws IOException {
    String key = keys.add("app");
    reopen(0, true);
    call(with(key).newBuilder().header("X-Request-Id", "id-1").build());
    call(post("{\"model\":\"secret\"}"));
    call(to("/metrics?token=secret").header("Authorization", "Bearer " + key).build());

    gateway.close();

    assertThat(said).hasSize(3);
    assertThat(said)
        .anyMatch(
            line ->
                line.matches(
                    "access at=\\S+Z client=app request=\"POST /v1/chat/completions\" service=a"
                        + " status=200 seconds=\\d+\\.\\d{3} id=id-1"))
        .anyMatch(line -> line.contains(" client=127.0.0.1 ") && line.contains(" status=401 "))
        .anyMatch(line -> line.contains("\"GET /metrics\" service=- status=404 "))
        .noneMatch(line -> line.contains("secret") || line.contains(key));
  }

  @Test
  void withoutAccessLogNothingIsWritten() throws IOException {
    call(post(BODY));
    gateway.close();

    assertThat(said).isEmpty();
  }

  @Test
  void lineEndsOfClientsMakeNoLines() {
    AccessLog log = AccessLog.to(said::add);
    log.add("a\nb", "PO\"ST", "/x\u001b[2Jy".repeat(100), "", 200, 1.5, "i d");
    log.close();

    assertThat(said).hasSize(1);
    assertThat(said.peek())
        .contains(" client=a?b request=\"PO?ST /x?[2Jy")
        .endsWith(" service=- status=200 seconds=1.500 id=i?d")
        .hasSizeLessThan(300);
  }

  @Test
  void aServiceIsAskedByItsOtherNamesToo() throws IOException {
    assertThat(call(post("{\"model\":\"also/a\"}")).status()).isEqualTo(200);
    assertThat(engine.asked().getFirst().body()).isEqualTo("{\"model\":\"also/a\"}");
    assertThat(call(to("/v1/models").build()).body())
        .contains("\"id\":\"org/a\"", "\"id\":\"also/a\"");
    assertThat(call(to("/v1/models/also/a").build()).body())
        .contains("\"id\":\"also/a\"", "\"service\":\"a\"");
  }

  @Test
  void aFormIsPassedThroughToTheModelThatItNames() throws IOException {
    RequestBody form =
        new MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart("file", "speech.wav", RequestBody.create(new byte[100_000], null))
            .addFormDataPart("model", "org/a")
            .build();

    Got got = call(to("/v1/audio/transcriptions").post(form).build());

    assertThat(got.status()).isEqualTo(200);
    assertThat(engine.asked().getFirst().body()).hasSize((int) form.contentLength());
    assertThat(engine.asked().getFirst().head())
        .contains("content-type: " + form.contentType().toString().toLowerCase(Locale.ROOT));
  }

  @Test
  void aFormWithoutAModelIsRefused() throws IOException {
    RequestBody form =
        new MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart("language", "en")
            .build();

    assertThat(call(to("/v1/audio/translations").post(form).build()).status()).isEqualTo(400);
  }

  @Test
  void theRulesAreTheLimits() {
    GatewayLimits limits =
        GatewayLimits.of(
            new GatewayRules(Duration.ofSeconds(7), Duration.ofSeconds(3), 5, 0, false));

    assertThat(limits.longestWait()).isEqualTo(Duration.ofSeconds(7));
    assertThat(limits.patience()).isEqualTo(Duration.ofSeconds(3));
    assertThat(limits.waitingRequests()).isEqualTo(5);
  }
}
