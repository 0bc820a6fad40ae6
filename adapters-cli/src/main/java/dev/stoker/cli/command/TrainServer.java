package dev.stoker.cli.command;

import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.StatusMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers as the server of a model does, and every other request with the status of one service;
 * for training alone.
 */
final class TrainServer implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final Pattern PATH = Pattern.compile("^[A-Z]+ (\\S+) ");
  private static final Pattern CONTENT_LENGTH =
      Pattern.compile("(?i)\r\ncontent-length: (\\d{1,4})\r\n");
  private static final int LARGEST = 8192;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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
        connection.setSoTimeout((int) PATIENCE.toMillis());
        String asked = request(connection.getInputStream());
        if (!asked.isEmpty()) {
          connection.getOutputStream().write(answer(asked).getBytes(StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        // Closed, or the client has hung up.
      }
    }
  }

  /** {@return all of it, or what came} */
  private static String request(InputStream stream) throws IOException {
    byte[] bytes = new byte[LARGEST];
    int length = 0;
    int read = 0;
    String text = "";
    while (read >= 0 && length < LARGEST && !isWhole(text)) {
      read = stream.read(bytes, length, LARGEST - length);
      length += Math.max(0, read);
      text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
    return text;
  }

  private static boolean isWhole(String text) {
    int end = text.indexOf("\r\n\r\n");
    Matcher length = CONTENT_LENGTH.matcher(text);
    int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return end >= 0 && text.length() >= end + 4 + body;
  }

  private static String answer(String asked) {
    Matcher path = PATH.matcher(asked);
    return switch (path.find() ? path.group(1) : "") {
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
