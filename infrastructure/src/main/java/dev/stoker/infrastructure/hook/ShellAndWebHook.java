package dev.stoker.infrastructure.hook;

import com.squareup.moshi.Moshi;
import dev.stoker.application.Incident;
import dev.stoker.application.port.out.IncidentHook;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.ConnectionSpec;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the command by {@code sh -c}, and ends it with what it started when it takes too long. Posts
 * with OkHttp, directly.
 */
final class ShellAndWebHook implements IncidentHook {
  private static final Logger log = LoggerFactory.getLogger(ShellAndWebHook.class);
  private static final MediaType JSON = MediaType.get("application/json");

  /** What {@code timeout(1)} exits with. */
  private static final int TIMED_OUT = 124;

  private static final int KILLED = 137;

  private final Commands commands;
  private final OkHttpClient loopback;
  private final Moshi moshi;
  private final Settings settings;

  @Inject
  ShellAndWebHook(Commands commands, OkHttpClient loopback, Moshi moshi, Settings settings) {
    this.commands = commands;
    this.loopback = loopback;
    this.moshi = moshi;
    this.settings = settings;
  }

  @Override
  public Optional<String> run(String command, Incident incident, Duration limit) {
    Map<String, String> environment = new LinkedHashMap<>(settings.environment());
    environment.put("STOKER_INCIDENT", incident.id());
    environment.put("STOKER_SERVICE", incident.service().value());
    environment.put("STOKER_CODE", incident.failure().code().code());
    Path text = null;
    try {
      // A file and no pipe: a command need not read, and must not be waited for while it does not.
      text = Files.createTempFile("stoker-incident", ".json");
      Files.writeString(text, json(incident));
      int code =
          commands.run(
              limited(command, text, limit), environment, settings.workingDirectory(), _ -> {});
      return switch (code) {
        case 0 -> Optional.empty();
        case TIMED_OUT, KILLED ->
            Optional.of("it did not end within " + limit.toSeconds() + " s, or was killed");
        default -> Optional.of("exit code " + code);
      };
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    } finally {
      delete(text);
    }
  }

  /**
   * {@code timeout(1)} ends the shell with all that it has in its process group. What goes on in
   * the background must not keep our end of its output open.
   */
  private static List<String> limited(String command, Path text, Duration limit) {
    return List.of(
        "timeout",
        "--kill-after=1",
        Long.toString(limit.toSeconds()),
        "/bin/sh",
        "-c",
        "exec < \"$0\" > /dev/null 2>&1; eval \"$1\"",
        text.toString(),
        command);
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        log.atWarn().addKeyValue("file", file).log("not deleted");
      }
    }
  }

  @Override
  public Optional<String> post(String url, Incident incident, Duration limit) {
    // Made when it is needed: what is asked on loopback needs neither TLS nor a proxy.
    OkHttpClient client =
        loopback
            .newBuilder()
            .proxy(Proxy.NO_PROXY)
            .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT))
            .callTimeout(limit)
            .build();
    try {
      Request request =
          new Request.Builder().url(url).post(RequestBody.create(json(incident), JSON)).build();
      try (Response response = client.newCall(request).execute()) {
        return response.isSuccessful()
            ? Optional.empty()
            : Optional.of("the answer was " + response.code());
      }
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private String json(Incident incident) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", incident.id());
    map.put("service", incident.service().value());
    map.put("at", incident.at().toString());
    map.put("doing", incident.doing());
    map.put("exit", incident.exit());
    map.put("code", incident.failure().code().code());
    map.put("title", incident.failure().code().title());
    map.put("what", incident.failure().what());
    map.put("cause", incident.failure().cause());
    map.put("remedy", incident.failure().remedy());
    map.put("evidence", incident.failure().evidence().lines());
    return moshi.adapter(Object.class).toJson(map);
  }
}
