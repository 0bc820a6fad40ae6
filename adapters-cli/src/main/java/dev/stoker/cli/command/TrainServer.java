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

/** Answers every request with the status of one service; for training alone. */
final class TrainServer implements AutoCloseable {
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
        if (connection.getInputStream().read(request) > 0) {
          connection.getOutputStream().write(answer().getBytes(StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        // Closed, or the client has hung up.
      }
    }
  }

  private static String answer() {
    ServiceStatus status =
        new ServiceStatus(
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
    String body = Json.of(StatusMessage.ofAll(List.of(status)));
    return "HTTP/1.1 200 OK\r\n"
        + "Content-Type: application/json\r\n"
        + "Connection: close\r\n"
        + "Content-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
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
