package dev.stoker.infrastructure.hook;

import com.squareup.moshi.Moshi;
import dev.stoker.application.Incident;
import dev.stoker.application.port.out.IncidentHook;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * Runs the command by {@code sh -c}, and ends it with what it started when it takes too long; what
 * it leaves in the background by itself is its own. Posts with OkHttp, directly.
 */
final class ShellAndWebHook implements IncidentHook {
  private static final Logger log = LoggerFactory.getLogger(ShellAndWebHook.class);
  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient loopback;
  private final Moshi moshi;
  private final Settings settings;

  @Inject
  ShellAndWebHook(OkHttpClient loopback, Moshi moshi, Settings settings) {
    this.loopback = loopback;
    this.moshi = moshi;
    this.settings = settings;
  }

  @Override
  public Optional<String> run(String command, Incident incident, Duration limit) {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command);
    builder.directory(settings.workingDirectory().toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")));
    builder.environment().clear();
    builder.environment().putAll(settings.environment());
    builder.environment().put("STOKER_INCIDENT", incident.id());
    builder.environment().put("STOKER_SERVICE", incident.service().value());
    builder.environment().put("STOKER_CODE", incident.failure().code().code());
    Path text = null;
    try {
      // A file and no pipe: a command need not read, and must not be waited for while it does not.
      text = Files.createTempFile("stoker-incident", ".json");
      Files.writeString(text, json(incident));
      return ended(builder.redirectInput(text.toFile()).start(), limit);
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } finally {
      delete(text);
    }
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

  private static Optional<String> ended(Process process, Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        kill(process);
        return Optional.of("it did not end within " + limit.toSeconds() + " s");
      }
      int code = process.exitValue();
      return code == 0 ? Optional.empty() : Optional.of("exit code " + code);
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** While it lives its pid is its own, and its children are found by it. */
  private static void kill(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
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
