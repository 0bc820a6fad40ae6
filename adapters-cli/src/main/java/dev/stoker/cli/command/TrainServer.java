package dev.stoker.cli.command;

import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.StatusMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Answers as the server of a model does, and every other request with the status of one service;
 * for training alone.
 */
final class TrainServer implements AutoCloseable {
  private static final String JSON = "application/json";

  private final ServerSocket socket;

  TrainServer() {
    try {
      socket = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().name("train-server").start(this::answerAll);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  private void answerAll() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        byte[] request = new byte[8192];
        int length = connection.getInputStream().read(request);
        if (length > 0) {
          String asked = new String(request, 0, length, StandardCharsets.UTF_8);
          connection.getOutputStream().write(answer(asked).getBytes(StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        // Closed, or the client has hung up.
      }
    }
  }

  private static String answer(String asked) {
    return switch (asked.split(" ", 3)[1]) {
      case "/health", "/metrics" -> answer("text/plain", "");
      case "/v1/models" -> answer(JSON, "{\"object\": \"list\", \"data\": [{\"id\": \"demo\"}]}");
      case "/v1/completions" ->
          asked.contains("stream")
              ? answer("text/event-stream", "data: {\"choices\": []}\n\ndata: [DONE]\n\n")
              : answer(JSON, "{\"choices\": []}");
      default -> answer(JSON, Json.of(StatusMessage.ofAll(List.of(status()))));
    };
  }

  private static String answer(String type, String body) {
    return "HTTP/1.1 200 OK\r\n"
        + "Content-Type: "
        + type
        + "\r\nConnection: close\r\n"
        + "Content-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  private static ServiceStatus status() {
    return new ServiceStatus(
        new ServiceName("demo"),
        ServiceState.RUNNING,
        "demo",
        "demo",
        List.of(),
        new Port(9),
        "vllm",
        "0",
        1L,
        null,
        null,
        Instant.EPOCH,
        new ServiceStatus.LastCheck(Instant.EPOCH, new Healthy(Duration.ZERO)),
        null,
        "",
        null,
        List.of(),
        "log");
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
