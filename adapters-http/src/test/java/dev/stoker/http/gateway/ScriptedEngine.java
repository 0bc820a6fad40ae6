package dev.stoker.http.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of which each byte, and each silence, is decided by the test. */
final class ScriptedEngine implements AutoCloseable {
  private final ServerSocket socket;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Script script;
  private volatile boolean inTurn;

  /** What it does with a request; a connection is closed where it throws. */
  interface Script {
    void answer(Asked request, OutputStream out) throws IOException, InterruptedException;
  }

  /**
   * A request.
   *
   * @param head its lines, in lower case but for the first
   * @param body its body
   */
  record Asked(List<String> head, String body) {
    String path() {
      return head.getFirst().split(" ", -1)[1];
    }
  }

  ScriptedEngine(Script script) throws IOException {
    this.script = script;
    this.socket = new ServerSocket(0, 1024, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().name("engine").start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  void behave(Script other) {
    script = other;
  }

  /** From now on it takes the next connection when it is done with the one before. */
  void answerInTurn() {
    inTurn = true;
  }

  /** {@return what was asked of models} */
  List<Asked> asked() {
    return asked.stream().filter(each -> !each.path().equals("/health")).toList();
  }

  /** {@return how many connections are open} */
  int connections() {
    return open.size();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        open.add(connection);
        if (inTurn) {
          serve(connection);
        } else {
          Thread.ofVirtual().name("connection").start(() -> serve(connection));
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (true) {
        Asked request = read(in);
        asked.add(request);
        script.answer(request, connection.getOutputStream());
      }
    } catch (IOException | InterruptedException e) {
      // It was closed, from one side or the other.
    } finally {
      open.remove(connection);
    }
  }

  private static Asked read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      head.write(next);
    }
    List<String> lines = head.toString(StandardCharsets.ISO_8859_1).strip().lines().toList();
    int length = 0;
    for (String line : lines) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new IOException("closed");
    }
    return new Asked(
        lines.stream().map(line -> line.toLowerCase(Locale.ROOT)).toList(),
        new String(body, StandardCharsets.UTF_8));
  }

  static void json(OutputStream out, int status, String body) throws IOException {
    write(
        out,
        "HTTP/1.1 "
            + status
            + " X\r\nContent-Type: application/json\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  static void beginEvents(OutputStream out) throws IOException {
    write(
        out,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n");
  }

  static void event(OutputStream out, String data) throws IOException {
    String text = "data: " + data + "\n\n";
    write(out, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  static void endEvents(OutputStream out) throws IOException {
    write(out, "0\r\n\r\n");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket each : open) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
