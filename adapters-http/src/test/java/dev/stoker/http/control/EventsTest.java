package dev.stoker.http.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.access.ControlAddress;
import dev.stoker.http.metrics.Meters;
import dev.stoker.testing.FakeWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens, as a stream that can be taken up where it was left. */
@Timeout(60)
class EventsTest {
  private static final String TOKEN = "secret";
  private static final ServiceName NAME = new ServiceName("demo");
  private final FakeWorld world = new FakeWorld();
  private final OkHttpClient http =
      new OkHttpClient.Builder().readTimeout(Duration.ofSeconds(30)).build();
  private UseCases useCases = world.begin();
  private ControlServer server = serve();

  private ControlServer serve() {
    ControlServer begun =
        ControlServer.start(
            useCases,
            useCases,
            new ControlAddress(0, TOKEN, "1.2.3", null),
            new MetricsPage(Meters.begin(useCases, useCases.ownUse()), false));
    begun.open();
    return begun;
  }

  @AfterEach
  void stop() {
    server.close();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private Response listen(String lastId) throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(server.address() + "/v1/events")
            .header("Authorization", "Bearer " + TOKEN);
    if (!lastId.isEmpty()) {
      request.header("Last-Event-ID", lastId);
    }
    Response response = http.newCall(request.build()).execute();
    assertThat(response.body().source().readUtf8Line()).isEqualTo(": listening");
    return response;
  }

  private void start() {
    useCases
        .orchestrator()
        .define(
            new ServiceSpec(
                NAME,
                "vllm",
                new DemoModel(Path.of("/d")),
                null,
                List.of(),
                VllmLifecycleOptions.defaults()));
    useCases.orchestrator().start(NAME);
    world.advance(Duration.ofSeconds(1));
  }

  /** {@return the id of the next change, which is this one} */
  private static String awaitChange(BufferedSource events, String fromTo) throws IOException {
    String id = "";
    for (String line = events.readUtf8Line(); line != null; line = events.readUtf8Line()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ") && line.contains("\"from\":")) {
        assertThat(line).contains(fromTo);
        return id;
      }
    }
    throw new AssertionError("the stream ended");
  }

  @Test
  void whatWasMissedComesAgainFromMemory() throws IOException {
    String seen;
    try (Response response = listen("")) {
      start();
      seen = awaitChange(response.body().source(), "\"from\":\"Stopped\",\"to\":\"Starting\"");
    }
    world.advance(Duration.ofSeconds(30));

    try (Response response = listen(seen)) {
      awaitChange(response.body().source(), "\"from\":\"Starting\",\"to\":\"Running\"");
    }
  }

  @Test
  @Tag("NFR-013")
  void whatAnEarlierStokerToldComesFromTheHistory() throws IOException {
    List<String> changes = new ArrayList<>();
    String seen;
    try (Response response = listen("")) {
      start();
      seen = awaitChange(response.body().source(), "\"from\":\"Stopped\",\"to\":\"Starting\"");
    }
    world.advance(Duration.ofSeconds(30));
    useCases.orchestrator().stop(NAME);
    world.advance(Duration.ofSeconds(30));
    server.close();
    useCases = world.begin();
    server = serve();

    try (Response response = listen(seen)) {
      BufferedSource events = response.body().source();
      // What was seen may come again: it was in the same millisecond as the last.
      for (String line = events.readUtf8Line(); line != null; line = events.readUtf8Line()) {
        if (line.startsWith("id: ")) {
          assertThat(line).contains("-history-");
        } else if (line.startsWith("data: ")) {
          changes.add(line.replaceAll(".*\"to\":\"(\\w+)\".*", "$1"));
        }
        if (changes.contains("Stopped")) {
          break;
        }
      }
      assertThat(changes).endsWith("Running", "Stopping", "Stopped");
    }
    try (Response response = listen("1-nonsense")) {
      start();
      assertThat(awaitChange(response.body().source(), "\"from\":")).isNotEmpty();
    }
  }
}
