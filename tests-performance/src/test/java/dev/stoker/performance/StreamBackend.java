package dev.stoker.performance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that answers as an engine does: at once, or with a stream of numbered events at the
 * pace of a model.
 */
final class StreamBackend {
  /** How many events a stream has. */
  static final int EVENTS = 100;

  /** What becomes it, for a pretended engine. */
  static final String SCRIPT =
      "exec "
          + System.getProperty("java.home")
          + "/bin/java -XX:TieredStopAtLevel=1 -cp '"
          + System.getProperty("java.class.path")
          + "' "
          + StreamBackend.class.getName()
          + " $port";

  private static final String LINE = "\r\n";
  private static final Duration PACE = Duration.ofMillis(100);

  private StreamBackend() {}

  /** Serves on the port that is its argument. */
  public static void main(String[] arguments) throws IOException {
    try (ServerSocket socket =
        new ServerSocket(
            Integer.parseInt(arguments[0]), 4096, InetAddress.ofLiteral("127.0.0.1"))) {
      while (true) {
        Socket connection = socket.accept();
        connection.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> serve(connection));
      }
    }
  }

  /** {@return the data of an event; each is as long as that of a real one} */
  static String event(int number) {
    return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"model\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
               + " "
        + number
        + "\"},\"finish_reason\":null}]}";
  }

  private static void serve(Socket connection) {
    try (connection) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String first = in.readLine(); first != null; first = in.readLine()) {
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
            length = Integer.parseInt(line.substring(15).strip());
          }
        }
        char[] body = new char[length];
        for (int read = 0; read < length; ) {
          read += Math.max(0, in.read(body, read, length - read));
        }
        boolean wantsStream = new String(body).contains("\"stream\":true");
        answer(first.split(" ", -1)[1], wantsStream, connection.getOutputStream());
      }
    } catch (IOException e) {
      // Its client is gone.
      return;
    }
  }

  private static void answer(String path, boolean wantsStream, OutputStream out)
      throws IOException {
    if (wantsStream) {
      stream(out);
      return;
    }
    switch (path) {
      case "/v1/models" -> whole(out, "{\"object\":\"list\",\"data\":[{\"id\":\"model\"}]}");
      case "/health", "/metrics" -> whole(out, "");
      default ->
          whole(out, "{\"choices\":[{\"index\":0,\"text\":\"so\",\"finish_reason\":\"stop\"}]}");
    }
  }

  private static void whole(OutputStream out, String body) throws IOException {
    write(out, "HTTP/1.1 200 OK" + LINE + "Content-Length: " + body.length() + LINE + LINE + body);
  }

  private static void stream(OutputStream out) throws IOException {
    write(
        out,
        "HTTP/1.1 200 OK"
            + LINE
            + "Content-Type: text/event-stream"
            + LINE
            + "Transfer-Encoding: chunked"
            + LINE
            + LINE);
    for (int i = 0; i < EVENTS; i++) {
      chunk(out, "data: " + event(i) + "\n\n");
      LockSupport.parkNanos(PACE.toNanos());
    }
    chunk(out, "data: [DONE]\n\n");
    write(out, "0" + LINE + LINE);
  }

  private static void chunk(OutputStream out, String text) throws IOException {
    write(out, Integer.toHexString(text.length()) + LINE + text + LINE);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
