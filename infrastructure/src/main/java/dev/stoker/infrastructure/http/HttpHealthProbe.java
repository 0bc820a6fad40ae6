package dev.stoker.infrastructure.http;

import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.health.HealthCheckResult.BadStatus;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.health.HealthCheckResult.ProbeBroken;
import dev.stoker.domain.health.HealthCheckResult.Refused;
import dev.stoker.domain.health.HealthCheckResult.TimedOut;
import dev.stoker.domain.health.HealthCheckResult.WrongModel;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.http.EngineHttp.Answer;
import dev.stoker.infrastructure.http.EngineMessages.Card;
import dev.stoker.infrastructure.http.EngineMessages.CompletionRequest;
import dev.stoker.infrastructure.http.EngineMessages.EmbeddingRequest;
import dev.stoker.infrastructure.http.EngineMessages.Models;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a server over HTTP on 127.0.0.1: {@code localhost} may mean {@code ::1}, where none listens.
 */
final class HttpHealthProbe implements HealthProbe {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int CONNECT_MILLIS = 200;
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORISED = 401;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;

  private final EngineHttp http;

  @Inject
  HttpHealthProbe(EngineHttp http) {
    this.http = http;
  }

  @Override
  public boolean accepts(Port port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(LOOPBACK, port.number()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public HealthCheckResult check(Port port, String servedName) {
    long began = System.nanoTime();
    try {
      Answer health = http.get(port, "/health", LIMIT);
      if (health.status() != OK) {
        return new BadStatus("/health", health.status());
      }
      Duration left = LIMIT.minus(since(began));
      if (!left.isPositive()) {
        return new TimedOut(since(began));
      }
      Answer models = http.get(port, "/v1/models", left);
      return switch (models.status()) {
        case OK -> listed(models, servedName, began);
        case UNAUTHORISED -> new ProbeBroken("/v1/models wants a key that Stoker does not have");
        default -> new BadStatus("/v1/models", models.status());
      };
    } catch (IOException e) {
      return verdict(e, since(began));
    }
  }

  private HealthCheckResult listed(Answer models, String servedName, long began) {
    List<String> served = names(models.body());
    return served.contains(servedName)
        ? new Healthy(since(began))
        : new WrongModel(servedName, shortened(served));
  }

  @Override
  public CompletableFuture<HealthCheckResult> answersOne(
      Port port, String servedName, Duration patience) {
    CompletableFuture<HealthCheckResult> answer = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .name("one-token-" + port)
            .start(() -> answer.complete(askOne(port, servedName, patience)));
    // A virtual thread that is interrupted while it reads closes its socket.
    var _ =
        answer.whenComplete(
            (_, _) -> {
              if (answer.isCancelled()) {
                asking.interrupt();
              }
            });
    return answer;
  }

  private HealthCheckResult askOne(Port port, String servedName, Duration patience) {
    long began = System.nanoTime();
    try {
      Answer answer =
          http.post(
              port,
              "/v1/completions",
              CompletionRequest.class,
              new CompletionRequest(servedName, "a", 1),
              patience);
      if (isOtherTask(answer.status())) {
        answer =
            http.post(
                port,
                "/v1/embeddings",
                EmbeddingRequest.class,
                new EmbeddingRequest(servedName, "a"),
                patience);
      }
      // A server that classifies or reranks refuses both, and in refusing shows that it answers.
      return answer.status() == OK || isOtherTask(answer.status())
          ? new Healthy(since(began))
          : new BadStatus("the first request", answer.status());
    } catch (IOException e) {
      return verdict(e, since(began));
    } catch (RuntimeException e) {
      return new ProbeBroken(String.valueOf(e));
    }
  }

  /** What a server that only embeds answers to a completion, by version. */
  private static boolean isOtherTask(int status) {
    return status == NOT_FOUND || status == NOT_ALLOWED || status == BAD_REQUEST;
  }

  private List<String> names(String body) {
    Models models = http.parse(Models.class, body);
    if (models == null || models.data() == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (Card card : models.data()) {
      if (card != null && card.id() != null) {
        names.add(card.id());
      }
    }
    return names;
  }

  private static String shortened(List<String> served) {
    String all = String.join(", ", served);
    return all.length() > 200 ? all.substring(0, 200) + "…" : all;
  }

  private static HealthCheckResult verdict(IOException e, Duration after) {
    return switch (e) {
      case ConnectException _ -> new Refused();
      case InterruptedIOException _ -> new TimedOut(after);
      default ->
          // A server that ends closes connections in every way there is.
          e.getMessage() != null && e.getMessage().contains("Too many open files")
              ? new ProbeBroken(e.getMessage())
              : new Refused();
    };
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
