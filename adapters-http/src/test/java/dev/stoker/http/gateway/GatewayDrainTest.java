package dev.stoker.http.gateway;

import static dev.stoker.http.gateway.ScriptedEngine.beginEvents;
import static dev.stoker.http.gateway.ScriptedEngine.endEvents;
import static dev.stoker.http.gateway.ScriptedEngine.event;
import static dev.stoker.http.gateway.ScriptedEngine.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.service.ServiceState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that is to end: what is under way to it is counted, waited for, and cut in the end. */
final class GatewayDrainTest extends GatewayFixture {
  private final CountDownLatch answers = new CountDownLatch(1);

  @Test
  void whatIsUnderWayIsCountedUntilItIsAnswered() {
    engine.behave(
        (_, out) -> {
          answers.await();
          json(out, 200, "{}");
        });
    CompletableFuture<Got> got = begin(post(BODY));
    await(() -> engine.asked().size() == 1);
    assertThat(traffic.open()).isEqualTo(1);

    answers.countDown();

    assertThat(got.join().status()).isEqualTo(200);
    await(() -> traffic.open() == 0);
  }

  @Test
  void aStreamThatIsCutEndsInOrderAndItsServersConnectionWithIt() throws IOException {
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          answers.await();
        });
    try (Response response = http.newCall(post(STREAM)).execute()) {
      BufferedSource body = response.body().source();
      assertThat(body.readUtf8Line()).isEqualTo("data: {\"n\":1}");

      traffic.cut();

      assertThat(body.readUtf8()).endsWith("data: [DONE]\n\n").contains("VLM-042");
    }
    await(() -> traffic.open() == 0);
    answers.countDown();
    await(() -> engine.connections() == 0);
  }

  @Test
  @Tag("AC-044")
  void whatHasNoAnswerIsAskedAgainOfTheNextServer() {
    engine.behave((_, _) -> answers.await());
    CompletableFuture<Got> got = begin(post(BODY));
    await(() -> engine.asked().size() == 1 && traffic.open() == 1);

    services.set("a", "org/a", engine.port(), ServiceState.STOPPING);
    traffic.cut();
    await(() -> services.waitingFor("a") == 1);
    engine.behave((_, out) -> json(out, 200, "{\"ok\":true}"));
    services.run("a", "org/a", engine.port(), 2);

    assertThat(got.join().body()).isEqualTo("{\"ok\":true}");
    answers.countDown();
  }

  @Test
  @Tag("AC-044")
  void anAnswerOfWhichOnlyTheHeadHasComeIsAskedAgainOnce() throws IOException {
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          answers.await();
        });
    try (Response response = http.newCall(post(STREAM)).execute()) {
      BufferedSource body = response.body().source();
      assertThat(body.readUtf8Line()).isEqualTo(": waiting for its first word");
      services.set("a", "org/a", engine.port(), ServiceState.STOPPING);
      traffic.cut();
      await(() -> services.waitingFor("a") == 1 && traffic.open() == 0);
      engine.behave(
          (_, out) -> {
            beginEvents(out);
            event(out, "{\"n\":1}");
            event(out, "[DONE]");
            endEvents(out);
          });
      services.run("a", "org/a", engine.port(), 2);

      assertThat(body.readUtf8()).containsOnlyOnce("{\"n\":1}").containsOnlyOnce("[DONE]");
    }
    assertThat(engine.asked()).hasSize(2);
    await(() -> traffic.open() == 0);
    answers.countDown();
  }

  @Test
  void anAnswerThatIsNoStreamIsCutInTheMiddleAndItsServersConnectionWithIt() throws IOException {
    engine.behave(
        (_, out) -> {
          out.write(
              "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"a\""
                  .getBytes(StandardCharsets.UTF_8));
          out.flush();
          answers.await();
        });
    try (Response response = http.newCall(post(BODY)).execute()) {
      BufferedSource body = response.body().source();
      assertThat(body.readUtf8(4)).isEqualTo("{\"a\"");

      traffic.cut();

      assertThatThrownBy(body::readUtf8).isInstanceOf(IOException.class);
    }
    await(() -> traffic.open() == 0);
    answers.countDown();
    await(() -> engine.connections() == 0);
  }

  @Test
  @Tag("FR-015")
  void whatComesWhileItEndsWaitsAndIsToldWhenNothingFollows() {
    services.set("a", "org/a", engine.port(), ServiceState.STOPPING);
    CompletableFuture<Got> got = begin(post(BODY));
    await(() -> services.waitingFor("a") == 1);
    assertThat(traffic.open()).isZero();

    services.fail("a", new Cancelled("it was stopped by hand; start it by hand"));

    assertThat(got.join().status()).isEqualTo(503);
    assertThat(got.join().body()).contains("stopped by hand");
  }

  @Test
  void whenStokerEndsWhatWaitsIsRefusedAndWhatIsUnderWayEndsInOrder() throws IOException {
    services.set("b", "org/b", engine.port(), ServiceState.STARTING);
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          answers.await();
        });
    CompletableFuture<Got> waiting = begin(post(BODY.replace("org/a", "org/b")));
    await(() -> services.waitingFor("b") == 1);
    Response streaming = http.newCall(post(STREAM)).execute();
    BufferedSource events = streaming.body().source();
    assertThat(events.readUtf8Line()).isEqualTo("data: {\"n\":1}");

    gateway.refuse();

    assertThat(waiting.join().status()).isEqualTo(503);
    assertThat(waiting.join().body()).contains("this Stoker is ending");
    Got further = call(post(BODY));
    assertThat(further.status()).isEqualTo(503);
    assertThat(further.response().header("Retry-After")).isEqualTo("5");

    gateway.close();

    assertThat(events.readUtf8()).endsWith("data: [DONE]\n\n").contains("is ending");
    streaming.close();
    answers.countDown();
  }
}
