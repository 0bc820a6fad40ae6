package dev.stoker.infrastructure.model;

import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * How the Hub is reached, by the variables of its own library ({@code facts-hub-and-gpu.md} B1, C1,
 * C5): mirror and token; and whether it may be asked at all.
 *
 * @param endpoint the Hub or its mirror
 * @param token who asks; empty for nobody
 */
record HubAccess(HttpUrl endpoint, String token) {
  private static final String HUB = "https://huggingface.co";
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");
  private static final int LONGEST_TOKEN = 4096;

  /**
   * Reads them now: a token may come while a daemon runs.
   *
   * @throws LifecycleException when the mirror's address is none
   */
  static HubAccess of(Settings settings) {
    Map<String, String> environment = settings.environment();
    return new HubAccess(
        endpoint(environment.getOrDefault("HF_ENDPOINT", "")),
        token(environment, settings.hubToken()));
  }

  /** {@return whether nothing may be asked} */
  static boolean isOffline(Map<String, String> environment) {
    return isYes(environment, "HF_HUB_OFFLINE") || isYes(environment, "TRANSFORMERS_OFFLINE");
  }

  private static boolean isYes(Map<String, String> environment, String name) {
    return YES.contains(environment.getOrDefault(name, "").strip().toUpperCase(Locale.ROOT));
  }

  private static HttpUrl endpoint(String mirror) {
    String text = mirror.isBlank() ? HUB : mirror.strip();
    HttpUrl url = HttpUrl.parse(text.endsWith("/") ? text : text + "/");
    if (url == null || url.querySize() > 0) {
      throw new LifecycleException(
          new InvalidConfiguration(
              List.of(
                  new Violation(
                      "HF_ENDPOINT",
                      mirror,
                      "must be the address of a mirror of the Hub, such as https://hub.example.org",
                      "environment"))));
    }
    return url;
  }

  private static String token(Map<String, String> environment, Path file) {
    for (String variable : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
      String token = environment.getOrDefault(variable, "").strip();
      if (!token.isEmpty()) {
        return token;
      }
    }
    return isYes(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN") ? "" : read(file);
  }

  private static String read(Path file) {
    try {
      String text = Files.size(file) > LONGEST_TOKEN ? "" : Files.readString(file).strip();
      // What is no token is sent to nobody.
      return text.matches("\\S*") ? text : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** {@return an address below the Hub's} */
  HttpUrl at(@Nullable String query, String... segments) {
    HttpUrl.Builder address = endpoint.newBuilder();
    // The endpoint ends with a slash: the first segment takes the place of what is behind it.
    for (String segment : segments) {
      address.addPathSegments(segment);
    }
    return address.encodedQuery(query).build();
  }

  @Override
  public String toString() {
    return endpoint + (token.isEmpty() ? "" : " with a token");
  }
}
