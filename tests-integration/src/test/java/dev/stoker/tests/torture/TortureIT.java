package dev.stoker.tests.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.testing.Conformance;
import dev.stoker.testing.Touch;
import dev.stoker.tests.engine.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, the practice engine at its nastiest: Stoker is killed at each of its touches of
 * the world or at any instant, and processes of its servers with it; then the next Stoker must find
 * all of it. An oracle in another language looks at the operating system meanwhile.
 */
@Timeout(36_000)
class TortureIT {
  private static final boolean FULL = Boolean.getBoolean("proof.full");
  private static final int RUNS = Integer.getInteger("torture.runs", FULL ? 1000 : 60);
  private static final long FIRST_SEED = Long.getLong("torture.seed", 1);
  private static final int AT_ONCE = 3;
  private static final int LIMIT_SECONDS = 120;
  private static final List<String> NASTY =
      List.of("orphan;stray", "orphan;stray;term=ignore", "term=swallow;orphan", "stray", "");

  @TempDir Path folder;
  private final LongAdder answers = new LongAdder();
  private final Map<String, Integer> died = new ConcurrentSkipListMap<>();

  @Test
  @Tag("NFR-009")
  @Tag("NFR-011")
  void nothingIsLeftDoubledOrLostWhereverStokerIsKilled() throws Exception {
    long began = System.nanoTime();
    List<String> problems = new ArrayList<>();
    try (ExecutorService runs = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<List<String>>> all = new ArrayList<>();
      for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
        long number = seed;
        all.add(runs.submit(() -> new Run(number).problems()));
      }
      for (Future<List<String>> each : all) {
        problems.addAll(each.get());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d runs, %.0f s, %,d answers of the world that its model could have given; killed at:"
            + " %s%n",
        RUNS,
        (System.nanoTime() - began) / 1e9,
        answers.sum(),
        died);
    assertThat(problems).isEmpty();
    assertThat(died).hasSizeGreaterThan(Math.min(8, RUNS / 4));
  }

  private final class Run {
    private final long seed;
    private final SplittableRandom random;
    private final Path home;
    private final List<String> problems = new ArrayList<>();

    Run(long seed) throws IOException {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.home = Files.createDirectory(folder.resolve("run" + seed));
    }

    List<String> problems() throws Exception {
      Files.writeString(
          home.resolve("stoker.yml"),
          "providers:\n  vllm: {model: demo, engine: practice}\nservices:\n  a: {port: "
              + freePort()
              + "}\n  b: {port: "
              + freePort()
              + "}\n");
      Process stranger = new ProcessBuilder("sleep", "600").start();
      Process decoy = decoy();
      Process oracle = oracle();
      try {
        String said = kill();
        String settled = nextStoker();
        compare(said, settled);
        conform();
        if (!stranger.isAlive() || !decoy.isAlive()) {
          problems.add(seed + ": a stranger was killed");
        }
        oracle.toHandle().destroy();
        String seen =
            new String(oracle.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!seen.contains("\"doubles\": [], \"left\": []")) {
          problems.add(seed + ": the oracle saw " + seen);
        }
        if (!problems.isEmpty()) {
          problems.add("  " + said.replace("\n", "\n  ") + "\n  then\n  " + settled);
        }
      } finally {
        for (Process each : List.of(stranger, decoy, oracle)) {
          each.destroyForcibly().waitFor();
        }
      }
      return problems;
    }

    /** Carries a mark, but that of another home. */
    private Process decoy() throws IOException {
      ProcessBuilder builder = new ProcessBuilder("sleep", "601");
      builder.environment().put("STOKER_LEASE", "0:a:1:x");
      return builder.start();
    }

    private Process oracle() throws IOException {
      Path program = home.resolve("oracle.py");
      try (InputStream source = TortureIT.class.getResourceAsStream("oracle.py")) {
        Files.write(program, Objects.requireNonNull(source).readAllBytes());
      }
      return new ProcessBuilder("python3", program.toString(), home.toString())
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    }

    private Process victim(Path out, String... arguments) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx128m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Victim.class.getName()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(home.toFile());
      builder.environment().put("STOKER_HOME", home.resolve("home").toString());
      builder.environment().put("STOKER_PRACTICE", NASTY.get(random.nextInt(NASTY.size())));
      builder.redirectErrorStream(true);
      builder.redirectOutput(out.toFile());
      return builder.start();
    }

    /** {@return what it said before it was killed} */
    private String kill() throws IOException, InterruptedException {
      boolean atTouch = random.nextInt(10) < 6;
      int touch = atTouch ? 1 + random.nextInt(40) : 0;
      Path out = home.resolve("killed.txt");
      Process victim = victim(out, "die", Integer.toString(touch), Long.toString(seed));
      if (!atTouch) {
        victim.waitFor(700 + random.nextInt(2500), TimeUnit.MILLISECONDS);
        if (random.nextBoolean()) {
          killMember();
        }
        victim.destroyForcibly();
      }
      if (!victim.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        victim.destroyForcibly().waitFor();
        problems.add(seed + ": it did not die");
      }
      if (random.nextInt(3) == 0) {
        killMember();
      }
      String said = Files.readString(out);
      died.merge(
          said.lines().filter(line -> line.startsWith("died ")).findFirst().orElse("any instant"),
          1,
          Integer::sum);
      return said;
    }

    /** Any process of any of its servers. */
    private void killMember() throws IOException, InterruptedException {
      List<Long> members = Machine.processesOf(home);
      if (!members.isEmpty()) {
        long pid = members.get(random.nextInt(members.size()));
        Files.writeString(
            home.resolve("trace.tsv"),
            System.nanoTime() + "\t0\t=\tharm\t" + pid + "\t\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        new ProcessBuilder("kill", "-KILL", Long.toString(pid))
            .redirectErrorStream(true)
            .start()
            .waitFor();
      }
    }

    private String nextStoker() throws IOException, InterruptedException {
      Path out = home.resolve("next.txt");
      Process next = victim(out, "settle");
      if (!next.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        next.destroyForcibly().waitFor();
        problems.add(seed + ": the next Stoker does not settle");
      }
      String settled = Files.readString(out);
      if (!settled.contains("ended")) {
        problems.add(seed + ": the next Stoker did not end well");
      }
      return settled;
    }

    /** What both Stokers saw of the world the model of the simulation must be able to do. */
    private void conform() throws IOException {
      try {
        answers.add(Conformance.check(Touch.parse(Files.readAllLines(home.resolve("trace.tsv")))));
      } catch (AssertionError e) {
        problems.add(seed + ": " + e.getMessage());
      }
    }

    /** What was acknowledged last holds, where nothing was asked after it. */
    private void compare(String said, String settled) {
      for (String name : List.of("a", "b")) {
        String last = "";
        boolean wasUp = false;
        int downs = 0;
        for (String line : said.lines().filter(each -> each.endsWith(" " + name)).toList()) {
          if (line.startsWith("asked ")) {
            last = "";
          } else if (line.startsWith("acknowledged ")) {
            last = line;
            // A stop of what is stopped already is no change, and nothing that history tells of.
            downs += line.contains(" stop ") && wasUp ? 1 : 0;
            wasUp = !line.contains(" stop ");
          }
        }
        String expected =
            switch (last) {
              case "" -> "";
              case String stop when stop.contains(" stop ") -> "Stopped";
              default -> "Running";
            };
        if (!expected.isEmpty() && !settled.contains("settled " + name + " " + expected)) {
          problems.add(seed + ": '" + last + "' is lost");
        }
        long stops =
            settled
                .lines()
                .filter(line -> line.startsWith("stops " + name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(8)))
                .findFirst()
                .orElse(0);
        if (stops < downs) {
          problems.add(seed + ": a stop that was acknowledged is not in the history of " + name);
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
