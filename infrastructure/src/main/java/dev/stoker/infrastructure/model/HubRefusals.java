package dev.stoker.infrastructure.model;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.failure.ModelFailure.ModelNotFound;
import dev.stoker.domain.failure.ModelFailure.Refusal;
import dev.stoker.domain.failure.ResourceFailure.NetworkFailed;
import dev.stoker.domain.model.ModelId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import okhttp3.Response;

/**
 * What the Hub means by an answer that is no success ({@code facts-hub-and-gpu.md} C3): headers
 * before status, and 401 alone means little.
 */
final class HubRefusals {
  private static final long MOST_WORDS = 2000;
  private static final Pattern SECONDS_LEFT = Pattern.compile("\\bt=(\\d{1,5})");

  private HubRefusals() {}

  /**
   * {@return what is wrong}
   *
   * @param tokenGiven whether somebody asked
   * @param tokenIsBad asked where only that can be the reason
   */
  static Failure of(Response response, ModelId id, boolean tokenGiven, BooleanSupplier tokenIsBad) {
    String code = header(response, "X-Error-Code");
    String words = words(response);
    Evidence evidence = Evidence.of(List.of("HTTP " + response.code() + " " + code + " " + words));
    return switch (response.code()) {
      case 404 -> notFound(code, id, evidence, words);
      case 401, 403 -> {
        Refusal refusal = refusal(response.code(), code, words, tokenGiven, tokenIsBad);
        yield refusal == Refusal.UNKNOWN_ASKER && tokenGiven && response.code() == 403
            ? new NetworkFailed("the Hub refuses: " + words, evidence)
            : new AccessDenied(id, refusal, evidence);
      }
      case 429 ->
          new NetworkFailed(
              "the Hub limits requests, and asks to wait "
                  + toldToWait(response).toSeconds()
                  + " s; with a token it allows more",
              evidence);
      default -> new NetworkFailed("the Hub answered " + response.code() + " " + words, evidence);
    };
  }

  private static Failure notFound(String code, ModelId id, Evidence evidence, String words) {
    return code.equals("RevisionNotFound") || code.equals("EntryNotFound")
        ? new FilesBroken(id.value(), "the Hub has no such revision or file: " + words, evidence)
        : new ModelNotFound(id, evidence);
  }

  private static Refusal refusal(
      int status, String code, String words, boolean tokenGiven, BooleanSupplier tokenIsBad) {
    if (words.contains("awaiting a review")) {
      return Refusal.AWAITING;
    }
    if (words.contains("has been rejected")) {
      return Refusal.REJECTED;
    }
    if (words.contains("fine-grained token settings")) {
      return Refusal.TOKEN_SCOPE;
    }
    if (status == 401 && tokenGiven && tokenIsBad.getAsBoolean()) {
      return Refusal.BAD_TOKEN;
    }
    return code.equals("GatedRepo") ? Refusal.GATED : Refusal.UNKNOWN_ASKER;
  }

  /** {@return how long the Hub asks to wait; zero where it does not say} */
  static Duration toldToWait(Response response) {
    if (response.code() != 429 && response.code() != 503) {
      return Duration.ZERO;
    }
    String after = header(response, "Retry-After");
    if (after.matches("\\d{1,5}")) {
      return Duration.ofSeconds(Long.parseLong(after));
    }
    Matcher left = SECONDS_LEFT.matcher(header(response, "RateLimit"));
    return left.find() ? Duration.ofSeconds(Long.parseLong(left.group(1))) : Duration.ZERO;
  }

  /**
   * {@return the Hub's own words, of a header or of the body; without anything that a terminal
   * obeys}
   */
  private static String words(Response response) {
    String header = header(response, "X-Error-Message");
    try {
      String text = header.isEmpty() ? response.peekBody(MOST_WORDS).string() : header;
      return text.replaceAll("\\p{Cntrl}+", " ").strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** {@return a header; empty where there is none} */
  static String header(Response response, String name) {
    String value = response.header(name);
    return value == null ? "" : value;
  }

  /** {@return in words why there was no answer} */
  static String words(IOException problem) {
    String message = String.valueOf(problem.getMessage());
    return switch (problem) {
      case UnknownHostException _ -> "its name cannot be looked up";
      case ConnectException _ -> "it cannot be reached: " + message.toLowerCase(Locale.ROOT);
      case InterruptedIOException _ -> "it does not answer in time";
      case SSLException _ ->
          "its certificate is not trusted, or a proxy answers in its place: " + message;
      default -> "the connection broke: " + message;
    };
  }
}
