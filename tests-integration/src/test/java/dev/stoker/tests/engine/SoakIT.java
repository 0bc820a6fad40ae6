package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.testing.EmptyModel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Six services under questions and a fault every five seconds: nothing of the daemon grows. Full
 * size, an hour: {@code -Dsoak.minutes=60}.
 */
@Timeout(5400)
class SoakIT {
  private static final int MINUTES = Integer.getInteger("soak.minutes", 2);
  private static final int SERVICES = 6;
  private static final Duration BETWEEN_FAULTS = Duration.ofSeconds(5);
  private static final int HANGUPS = 20;

  private static final Pattern CODE = Pattern.compile("\"code\":\"([^\"]+)\"");

  /** What files and threads may come and go by from one look to the next. */
  private static final long SLACK = 24;

  @TempDir Path folder;
  private final int control = Machine.freePort();
  private final int gateway = Machine.freePort();
  private final List<Integer> ports = new ArrayList<>();
  private final List<Look> looks = new ArrayList<>();
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();

  /** What the daemon held at one time. */
  private record Look(long residentKilobytes, long files, long threads, long zombies) {
    static Look at(long pid) throws IOException {
      Path own = Path.of("/proc", Long.toString(pid));
      String status = Files.readString(own.resolve("status"));
      long zombies = ProcessHandle.of(pid).orElseThrow().children().filter(Look::isZombie).count();
      return new Look(
          field(status, "VmRSS:"),
          Machine.names(own.resolve("fd")).size(),
          field(status, "Threads:"),
          zombies);
    }

    private static boolean isZombie(ProcessHandle child) {
      Path stat = Path.of("/proc", Long.toString(child.pid()), "stat");
      return StokerProcess.read(stat).contains(") Z ");
    }

    private static long field(String status, String name) {
      String line = status.lines().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D+", ""));
    }
  }

  @Test
  @Tag("NFR-011")
  void nothingGrowsUnderFaults() throws Exception {
    configure();
    try (StokerProcess daemon =
            StokerProcess.run(
                folder,
                Map.of(
                    "STOKER_CONTROL_PORT", Integer.toString(control),
                    "STOKER_GATEWAY_PORT", Integer.toString(gateway),
                    "STOKER_PRACTICE", "token-delay=0.01"),
                "serve");
        HttpClient client = Requests.client()) {
      daemon.awaitOutput("control API at");
      AtomicBoolean over = new AtomicBoolean();
      List<Thread> askers = askers(client, over);
      int faults = MINUTES * 60 / Math.toIntExact(BETWEEN_FAULTS.toSeconds());
      for (int i = 0; i < faults; i++) {
        pass(BETWEEN_FAULTS);
        fault(i);
        looks.add(Look.at(daemon.pid()));
      }
      over.set(true);
      for (Thread each : askers) {
        each.join();
      }
      print();
      judge();
      answers.clear();
      for (int i = 0; i < SERVICES; i++) {
        ask(client, question(i, false));
      }
      assertThat(answers).containsExactly(Map.entry("200 whole", SERVICES));
      Look last = Look.at(daemon.pid());
      assertThat(last.zombies()).isZero();
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).as(daemon.output()).isZero();
    }
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  private void configure() throws IOException {
    StringBuilder file = new StringBuilder("services:\n");
    for (int i = 0; i < SERVICES; i++) {
      ports.add(Machine.freePort());
      file.append(
          """
            s%d:
              {model: %s, engine: practice, port: %d,
               lifecycle: {stop_on_exit: true, start: eager}}
          """
              .formatted(i, EmptyModel.create(folder.resolve("models/s" + i)), ports.get(i)));
    }
    StokerProcess.write(folder.resolve(".agent/config.yml"), file.toString());
  }

  /** One for each service: a whole answer and a stream in turns. */
  private List<Thread> askers(HttpClient client, AtomicBoolean over) {
    List<Thread> askers = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      String body = question(i, false);
      String streamed = question(i, true);
      askers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = 0; !over.get(); n++) {
                      ask(client, n % 2 == 0 ? body : streamed);
                    }
                  }));
    }
    return askers;
  }

  private static String question(int service, boolean stream) {
    return """
    {"model": "s%d", "stream": %b, "messages": [{"role": "user", "content": "soak"}]}
    """
        .formatted(service, stream);
  }

  private void ask(HttpClient client, String body) {
    HttpResponse<String> answer =
        Requests.postAsync(client, gateway, "/v1/chat/completions", "", body).join();
    boolean isWhole =
        answer.body().contains("[DONE]") || answer.body().contains("\"finish_reason\":\"stop\"");
    Matcher error = CODE.matcher(answer.body());
    answers.merge(
        answer.statusCode() + " " + (error.find() ? error.group(1) : isWhole ? "whole" : "broken"),
        1,
        Integer::sum);
  }

  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private void fault(int number) throws Exception {
    int service = number % SERVICES;
    // So that each service comes to each of them.
    switch ((number / SERVICES + number) % SERVICES) {
      case 0 -> kill(service, "vllm");
      case 1 -> hangUp(service);
      case 2 -> kill(service, "EngineCore");
      case 3 -> sayNonsense();
      case 4 -> {
        run("stop", "s" + service);
        run("start", "s" + service);
      }
      default -> run("reload");
    }
  }

  private void kill(int service, String which) {
    Machine.processesOf(folder).stream()
        .flatMap(pid -> ProcessFacts.read(pid).stream())
        .filter(each -> each.listensOn().contains(ports.get(service)))
        .findFirst()
        .flatMap(
            server ->
                ProcessFacts.ofSession(server.session()).stream()
                    .filter(each -> each.commandLine().contains(which) || which.equals("vllm"))
                    .findFirst())
        .flatMap(victim -> ProcessHandle.of(victim.pid()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  private void hangUp(int service) throws IOException {
    for (int i = 0; i < HANGUPS; i++) {
      String body = question(service, true);
      say(
          gateway,
          "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body.substring(0, i % 2 == 0 ? body.length() : body.length() / 2));
    }
  }

  private void sayNonsense() throws IOException {
    for (int port : List.of(gateway, control)) {
      say(port, "\0\0\0\0");
      say(port, "GET / HTTP/1.1\r\nHost: " + "x".repeat(40_000));
      say(port, "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n");
    }
  }

  private static void say(int port, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }

  private void run(String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isZero();
    }
  }

  /** The last quarter against the second: before that it still warms up. */
  private void judge() {
    int quarter = looks.size() / 4;
    List<Look> early = looks.subList(quarter, 2 * quarter);
    List<Look> late = looks.subList(3 * quarter, looks.size());
    assertThat(most(late, Look::files)).isLessThanOrEqualTo(most(early, Look::files) + SLACK);
    assertThat(most(late, Look::threads)).isLessThanOrEqualTo(most(early, Look::threads) + SLACK);
    assertThat(most(late, Look::residentKilobytes))
        .isLessThan(most(early, Look::residentKilobytes) * 5 / 4);
    assertThat(answers.keySet()).noneMatch(each -> each.endsWith("broken"));
    assertThat(answers).containsKey("200 whole");
  }

  private static long most(List<Look> looks, ToLongFunction<Look> what) {
    return looks.stream().mapToLong(what).max().orElseThrow();
  }

  private void print() {
    System.out.println("soak: " + answers);
    for (int i = 0; i < looks.size(); i += Math.max(1, looks.size() / 12)) {
      System.out.println("soak: " + looks.get(i));
    }
    System.out.println("soak: " + looks.getLast());
  }
}
