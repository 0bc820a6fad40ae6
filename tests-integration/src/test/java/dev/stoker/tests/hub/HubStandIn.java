package dev.stoker.tests.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Hub of our own, speaking what {@code facts-hub-and-gpu.md} C describes, with faults. Large
 * files are behind a redirect to another origin, as at the real one.
 */
public final class HubStandIn implements AutoCloseable {
  private static final Pattern RESOLVE =
      Pattern.compile("/(?<id>[^/]+/[^/]+)/resolve/(?<revision>[^/]+)/(?<path>.+)");
  private static final Pattern API =
      Pattern.compile("/api/models/(?<id>[^/]+/[^/]+)/(?<what>revision|tree|auth-check)(?:/.*)?");
  private static final int LARGE = 10_000;
  private static final int CHUNK = 1 << 20;

  private final HttpServer hub;
  private final HttpServer cdn;
  private final Map<String, Map<String, byte[]>> models = new ConcurrentHashMap<>();

  /** Of large contents, by the array itself: to count takes longer than to send. */
  private static final Map<byte[], Map<String, String>> SUMS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Map<String, ConcurrentLinkedQueue<Fault>> faults = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> gated = new ConcurrentHashMap<>();
  private volatile String validToken = "";

  /** A request that came. */
  public record Asked(
      boolean ofCdn, String method, String path, String range, String authorization) {}

  /** What goes wrong once. */
  public sealed interface Fault {
    /** Another answer. */
    record Status(int code, Map<String, String> headers, String body) implements Fault {}

    /** The connection breaks after so many bytes of the body. */
    record CutAfter(int bytes) implements Fault {}

    /** One byte is another. */
    record Garbled() implements Fault {}

    /** After so many bytes of the body nothing comes until the other side hangs up. */
    record SilentAfter(int bytes) implements Fault {}

    /** No answer at all. */
    record HangUp() implements Fault {}

    /** The range that was asked for is passed over. */
    record WholeFile() implements Fault {}
  }

  /** Begins to listen. */
  public HubStandIn() throws IOException {
    hub = serve(this::answer);
    cdn = serve(this::answerOfCdn);
  }

  private static HttpServer serve(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.createContext("/", handler);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return server;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + hub.getAddress().getPort();
  }

  /** From now on there is such a file. */
  public void put(String id, String path, byte[] content) {
    models.computeIfAbsent(id, _ -> new TreeMap<>()).put(path, content);
  }

  public void put(String id, String path, String content) {
    put(id, path, content.getBytes(StandardCharsets.UTF_8));
  }

  /** From now on only that token may read the model. */
  public void gate(String id, String words) {
    gated.put(id, words);
  }

  public void setValidToken(String token) {
    validToken = token;
  }

  /** The next requests for that path go wrong, one for each fault. */
  public void fail(String path, Fault... next) {
    faults.computeIfAbsent(path, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(next));
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** {@return what every branch of a model is at} */
  public String commit(String id) {
    return sha(
        "SHA-1",
        models.get(id).entrySet().stream()
            .map(each -> each.getKey() + sha("SHA-1", each.getValue()))
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8));
  }

  public static String sha(String algorithm, byte[] bytes) {
    return bytes.length < CHUNK
        ? count(algorithm, bytes)
        : SUMS.computeIfAbsent(bytes, _ -> new ConcurrentHashMap<>())
            .computeIfAbsent(algorithm, _ -> count(algorithm, bytes));
  }

  private static String count(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String etag(byte[] content) {
    if (content.length >= LARGE) {
      return sha("SHA-256", content);
    }
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + content.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return sha("SHA-1", all);
  }

  private void note(HttpExchange exchange, boolean ofCdn) {
    asked.add(
        new Asked(
            ofCdn,
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            header(exchange, "Range"),
            header(exchange, "Authorization")));
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      note(exchange, false);
      String path =
          URLDecoder.decode(exchange.getRequestURI().getRawPath(), StandardCharsets.UTF_8);
      if (failed(exchange, path)) {
        return;
      }
      String authorization = header(exchange, "Authorization");
      boolean known = authorization.equals("Bearer " + validToken);
      if (path.equals("/api/whoami-v2")) {
        send(exchange, known ? 200 : 401, "{}");
      } else if (!authorization.isEmpty() && !known) {
        send(exchange, 401, "Invalid credentials in Authorization header");
      } else {
        answer(exchange, path, known);
      }
    }
  }

  private void answer(HttpExchange exchange, String path, boolean known) throws IOException {
    Matcher api = API.matcher(path);
    Matcher resolve = RESOLVE.matcher(path);
    if (api.matches()) {
      api(exchange, api.group("id"), api.group("what"), known);
    } else if (resolve.matches()) {
      resolve(exchange, resolve.group("id"), resolve.group("path"), known);
    } else {
      send(exchange, 404, "{\"error\":\"no such thing\"}");
    }
  }

  private void api(HttpExchange exchange, String id, String what, boolean known)
      throws IOException {
    Map<String, byte[]> files = models.get(id);
    if (files == null) {
      refuseUnknown(exchange, known);
      return;
    }
    if (exchange.getRequestURI().getPath().endsWith("/revision/none")) {
      exchange.getResponseHeaders().set("X-Error-Code", "RevisionNotFound");
      send(exchange, 404, "Invalid rev id: none");
      return;
    }
    switch (what) {
      case "revision" ->
          send(exchange, 200, HubJson.description(id, commit(id), gated.containsKey(id), files));
      case "tree" -> send(exchange, 200, HubJson.tree(files));
      default -> {
        if (gated.containsKey(id) && !known) {
          refuseGated(exchange, id);
        } else {
          send(exchange, 200, "OK");
        }
      }
    }
  }

  private static void refuseUnknown(HttpExchange exchange, boolean known) throws IOException {
    if (known) {
      exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
    }
    send(
        exchange,
        known ? 404 : 401,
        known ? "Repository not found" : "Invalid username or password.");
  }

  private void refuseGated(HttpExchange exchange, String id) throws IOException {
    exchange.getResponseHeaders().set("X-Error-Code", "GatedRepo");
    exchange.getResponseHeaders().set("X-Error-Message", gated.get(id));
    send(exchange, 401, "");
  }

  private void resolve(HttpExchange exchange, String id, String path, boolean known)
      throws IOException {
    Map<String, byte[]> files = models.get(id);
    if (files == null) {
      refuseUnknown(exchange, known);
    } else if (gated.containsKey(id) && !known) {
      refuseGated(exchange, id);
    } else if (!files.containsKey(path)) {
      exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
      exchange.getResponseHeaders().set("X-Repo-Commit", commit(id));
      send(exchange, 404, "Entry not found");
    } else {
      byte[] content = files.get(path);
      exchange.getResponseHeaders().set("X-Repo-Commit", commit(id));
      String etag = etag(content);
      exchange.getResponseHeaders().set("ETag", "\"" + etag + "\"");
      if (content.length >= LARGE) {
        exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + etag + "\"");
        exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(content.length));
        exchange
            .getResponseHeaders()
            .set(
                "Location",
                "http://localhost:" + cdn.getAddress().getPort() + "/" + id + "/" + path);
        exchange.sendResponseHeaders(302, -1);
      } else {
        sendFile(exchange, content, null);
      }
    }
  }

  private void answerOfCdn(HttpExchange exchange) throws IOException {
    try (exchange) {
      note(exchange, true);
      String path = exchange.getRequestURI().getPath();
      String id = path.split("/", 4)[1] + "/" + path.split("/", 4)[2];
      String file = path.substring(id.length() + 2);
      if (!failed(exchange, "cdn/" + file)) {
        Fault fault = poll("data/" + file);
        sendFile(exchange, models.get(id).get(file), fault);
      }
    }
  }

  private static void sendFile(HttpExchange exchange, byte[] content, @Nullable Fault fault)
      throws IOException {
    Matcher range = Pattern.compile("bytes=(\\d+)-(\\d*)").matcher(header(exchange, "Range"));
    boolean partial = range.matches() && !(fault instanceof Fault.WholeFile);
    int from = partial ? Integer.parseInt(range.group(1)) : 0;
    int to =
        partial && !range.group(2).isEmpty()
            ? Math.min(content.length, Integer.parseInt(range.group(2)) + 1)
            : content.length;
    if (from >= content.length && content.length > 0) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    if (partial) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(to - from));
    }
    exchange.sendResponseHeaders(partial ? 206 : 200, head || to == from ? -1 : to - from);
    if (head) {
      return;
    }
    byte[] sent = content;
    if (fault instanceof Fault.Garbled) {
      sent = content.clone();
      sent[(from + to) / 2] ^= 1;
    }
    int until =
        switch (fault) {
          case Fault.CutAfter cut -> Math.min(to, from + cut.bytes());
          case Fault.SilentAfter silent -> Math.min(to, from + silent.bytes());
          case null, default -> to;
        };
    OutputStream body = exchange.getResponseBody();
    for (int at = from; at < until; at += CHUNK) {
      // In pieces: the JDK copies each into memory outside of the heap.
      body.write(sent, at, Math.min(CHUNK, until - at));
    }
    body.flush();
    if (fault instanceof Fault.SilentAfter) {
      // Held until the test ends: who is killed meanwhile does not come for the rest.
      LockSupport.parkNanos(Duration.ofMinutes(1).toNanos());
    }
    if (until == to) {
      body.close();
    }
    // Closed with bytes missing: the other side sees the connection break.
  }

  private @Nullable Fault poll(String path) {
    ConcurrentLinkedQueue<Fault> queue = faults.get(path);
    return queue == null ? null : queue.poll();
  }

  private boolean failed(HttpExchange exchange, String path) throws IOException {
    Fault fault = poll(path);
    if (fault instanceof Fault.HangUp) {
      exchange.close();
      return true;
    }
    if (!(fault instanceof Fault.Status status)) {
      return false;
    }
    status.headers().forEach(exchange.getResponseHeaders()::set);
    send(exchange, status.code(), status.body());
    return true;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
    if (!empty) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    cdn.stop(0);
  }
}
