package dev.stoker.http.gateway;

import static dev.stoker.http.gateway.ScriptedEngine.beginEvents;
import static dev.stoker.http.gateway.ScriptedEngine.event;
import static dev.stoker.http.gateway.ScriptedEngine.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Incident;
import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of requests whose server is not there, or dies. */
class GatewayCrashTest extends GatewayFixture {
  private void down(ServiceState state) {
    services.set("a", "org/a", engine.port(), state);
  }

  private void up(long pid) {
    services.run("a", "org/a", engine.port(), pid);
  }

  private void awaitWaiting(int requests) {
    await(() -> services.waitingFor("a") == requests);
  }

  @Test
  @Tag("FR-015")
  @Tag("FR-022")
  @Tag("AC-007")
  void aRequestStartsItsServiceAndWaitsForIt() {
    down(ServiceState.STOPPED);
    CompletableFuture<Got> got = begin(post(BODY));
    awaitWaiting(1);
    assertThat(engine.asked()).isEmpty();
    up(1);
    assertThat(got.join().body()).isEqualTo("{\"ok\":true}");
    assertThat(gateway.waiting()).isZero();
  }

  @Test
  void whatWillNotServeSaysWhy() {
    down(ServiceState.FAILED);
    CompletableFuture<Got> got = begin(post(BODY));
    awaitWaiting(1);
    services.fail("a", new Cancelled("it was stopped by hand"));
    assertThat(got.join().status()).isEqualTo(503);
    assertThat(got.join().body()).contains("it was stopped by hand", "VLM-");
  }

  @Test
  @Tag("AC-043")
  @Tag("AC-044")
  void aRequestWithoutAnAnswerIsSentAgainAfterTheRestart() {
    AtomicInteger times = new AtomicInteger();
    engine.behave(
        (_, out) -> {
          if (times.incrementAndGet() == 1) {
            down(ServiceState.CRASHED);
            throw new IOException("it dies");
          }
          json(out, 200, "{\"again\":true}");
        });
    CompletableFuture<Got> got = begin(post(BODY));
    awaitWaiting(1);
    up(2);
    assertThat(got.join().body()).isEqualTo("{\"again\":true}");
    assertThat(engine.asked()).hasSize(2).allMatch(each -> each.body().equals(BODY));
  }

  @Test
  @Tag("AC-044")
  void soIsOneThatADyingServerAnsweredWithItsOwnDeath() {
    AtomicInteger times = new AtomicInteger();
    engine.behave(
        (_, out) -> {
          if (times.incrementAndGet() == 1) {
            json(out, 500, "{\"error\":{\"message\":\"EngineDeadError\"}}");
            down(ServiceState.CRASHED);
          } else {
            json(out, 200, "{}");
          }
        });
    CompletableFuture<Got> got = begin(post(BODY));
    awaitWaiting(1);
    up(2);
    assertThat(got.join().status()).isEqualTo(200);
  }

  @Test
  void soIsAStreamThatBeginsWithTheServersDeath() {
    AtomicInteger times = new AtomicInteger();
    engine.behave(
        (asked, out) -> {
          if (asked.path().equals("/health")) {
            json(out, 503, "");
          } else if (times.incrementAndGet() == 1) {
            beginEvents(out);
            event(out, "{\"error\":{\"message\":\"something\"}}");
          } else {
            beginEvents(out);
            event(out, "{\"n\":1}");
            ScriptedEngine.endEvents(out);
          }
        });
    CompletableFuture<Got> got = begin(post(STREAM));
    await(() -> times.get() == 1);
    down(ServiceState.CRASHED);
    awaitWaiting(1);
    up(2);
    assertThat(got.join().body()).endsWith("data: {\"n\":1}\n\n").doesNotContain("something");
  }

  /** As older versions do. */
  @Test
  void soIsOneThatDiesWithoutAWord() {
    AtomicInteger times = new AtomicInteger();
    engine.behave(
        (asked, out) -> {
          if (asked.path().equals("/health")) {
            json(out, 500, "");
          } else {
            json(out, times.incrementAndGet() == 1 ? 500 : 200, "");
          }
        });
    CompletableFuture<Got> got = begin(post(BODY));
    await(() -> times.get() == 1);
    down(ServiceState.CRASHED);
    awaitWaiting(1);
    up(2);
    assertThat(got.join().status()).isEqualTo(200);
  }

  /** A stream's head comes at once, and is no answer yet. */
  @Test
  @Tag("AC-044")
  void aStreamThatDiesBeforeItsFirstWordIsSentAgainAsOftenAsAnyOther() {
    AtomicInteger pid = new AtomicInteger(1);
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          if (pid.get() < 4) {
            up(pid.incrementAndGet());
            throw new IOException("it dies");
          }
          event(out, "{\"n\":1}");
          ScriptedEngine.endEvents(out);
        });
    assertThat(begin(post(STREAM)).join().body()).endsWith("data: {\"n\":1}\n\n");
    assertThat(engine.asked()).hasSize(4);
  }

  @Test
  void whatBreaksOffWithinAnEventDoesNotSwallowTheError() {
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          String half = "data: {\"n";
          out.write((Integer.toHexString(half.length()) + "\r\n" + half + "\r\n").getBytes(UTF_8));
          out.flush();
          throw new IOException("it dies");
        });
    assertThat(begin(post(STREAM)).join().body())
        .startsWith("data: {\"n\":1}\n\ndata: {\"n\n\ndata: {\"error\":{")
        .endsWith("}\n\ndata: [DONE]\n\n");
  }

  @Test
  void theErrorHasTheFormOfItsRoute() {
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          throw new IOException("it dies");
        });
    assertThat(begin(post("/v1/messages", STREAM)).join().body())
        .contains("event: error\ndata: {\"type\":\"error\",\"error\":{")
        .doesNotContain("[DONE]");
  }

  @Test
  void anErrorOfAServerThatIsWellIsItsAnswer() throws IOException {
    engine.behave(
        (asked, out) ->
            json(out, asked.path().equals("/health") ? 200 : 500, "{\"error\":\"its own\"}"));
    Got got = call(post(BODY));
    assertThat(got.status()).isEqualTo(500);
    assertThat(got.body()).contains("its own");
    assertThat(engine.asked()).hasSize(1);
  }

  @Test
  @Tag("AC-044")
  void afterThreeTimesItIsNotSentAgain() throws IOException {
    AtomicInteger pid = new AtomicInteger(1);
    engine.behave(
        (_, _) -> {
          // Another process at once: nothing has to be waited for.
          up(pid.incrementAndGet());
          throw new IOException("it dies");
        });
    Got got = call(post(BODY));
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.response().header("Retry-After")).isNotNull();
    assertThat(got.body()).contains(ErrorCode.ENGINE_DIED.code());
    assertThat(engine.asked()).hasSize(4);
  }

  @Test
  void aStreamThatHasBegunEndsWithAnErrorThatNamesTheIncident() {
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          down(ServiceState.CRASHED);
          services.happened(
              new Incident(
                  new ServiceName("a"),
                  12,
                  Instant.now().plusSeconds(1),
                  "serving",
                  "signal 9",
                  new Reported(ErrorCode.ENGINE_DIED, "it was killed", "", "", Evidence.none()),
                  ""));
          throw new IOException("it dies");
        });
    assertThat(begin(post(STREAM)).join().body())
        .startsWith("data: {\"n\":1}\n\ndata: {\"error\":{")
        .contains("incident a-12", "it was killed", ErrorCode.ENGINE_DIED.code())
        .endsWith("}\n\ndata: [DONE]\n\n");
    assertThat(engine.asked()).as("never sent again").hasSize(1);
  }

  @Test
  void aStreamThatWaitsIsToldSoAndThenAnswered() {
    down(ServiceState.STARTING);
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          ScriptedEngine.endEvents(out);
        });
    CompletableFuture<Got> got = begin(post(STREAM));
    awaitWaiting(1);
    awaitTicks();
    up(1);
    assertThat(got.join().body())
        .startsWith(": waiting for 'org/a': Starting")
        .endsWith("\n\ndata: {\"n\":1}\n\n");
  }

  @Test
  void afterThatAnErrorIsAnEvent() {
    down(ServiceState.STARTING);
    CompletableFuture<Got> got = begin(post(STREAM));
    awaitWaiting(1);
    awaitTicks();
    services.fail("a", new Cancelled("it was stopped by hand"));
    assertThat(got.join().status()).isEqualTo(200);
    assertThat(got.join().body())
        .contains("data: {\"error\":{", "it was stopped by hand")
        .endsWith("data: [DONE]\n\n");
  }

  @Test
  void soIsARefusalOfTheServer() {
    down(ServiceState.STARTING);
    engine.behave((_, out) -> json(out, 400, "{\"error\":{\"message\":\"too long\"}}"));
    CompletableFuture<Got> got = begin(post(STREAM));
    awaitWaiting(1);
    awaitTicks();
    up(1);
    assertThat(got.join().body())
        .endsWith("data: {\"error\":{\"message\":\"too long\"}}\n\ndata: [DONE]\n\n");
  }

  /** Long enough for comments: several times as long as there is between two. */
  private void awaitTicks() {
    long until = System.nanoTime() + limits().betweenComments().toNanos() * 4;
    await(() -> System.nanoTime() > until);
  }

  @Test
  void noMoreWaitThanThereIsRoomFor() throws IOException {
    down(ServiceState.STOPPED);
    List<CompletableFuture<Got>> waiting =
        IntStream.range(0, 3).mapToObj(_ -> begin(post(BODY))).toList();
    awaitWaiting(3);
    Got refused = call(post(BODY));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.response().header("Retry-After")).isEqualTo("5");
    up(1);
    assertThat(waiting).allMatch(each -> each.join().status() == 200);
  }

  @Test
  void whoHangsUpWaitsNoMore() throws IOException {
    down(ServiceState.STOPPED);
    var call = http.newCall(post(BODY));
    Thread.ofVirtual()
        .start(
            () -> {
              try (var response = call.execute()) {
                throw new AssertionError("answered: " + response);
              } catch (IOException e) {
                // As wanted.
              }
            });
    awaitWaiting(1);
    call.cancel();
    await(() -> gateway.waiting() == 0);
    up(1);
    assertThat(call(post(BODY)).status()).isEqualTo(200);
    assertThat(engine.asked()).as("only the later one").hasSize(1);
  }

  @Test
  void aServiceThatIsRemovedMeanwhileIsSaidToBeGone() {
    down(ServiceState.STARTING);
    CompletableFuture<Got> got = begin(post(BODY));
    awaitWaiting(1);
    services.remove("a");
    assertThat(got.join().status()).isEqualTo(503);
    assertThat(got.join().body()).contains("VLM-031");
  }

  @Test
  void whatCannotBeKeptCannotWait() throws IOException {
    down(ServiceState.STARTING);
    Got got = call(post("{\"model\":\"org/a\",\"x\":\"" + "y".repeat(1_500_000) + "\"}"));
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.response().header("Retry-After")).isNotNull();
  }
}
