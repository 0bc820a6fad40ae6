package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.testing.RequiredProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The gateway beside a direct call and beside nginx as a plain reverse proxy with one worker, in
 * turns. The server behind all three is an nginx that answers from its configuration; the load is
 * wrk's.
 */
final class GatewayFigures {
  private static final int ROUNDS = 5;
  private static final int MANY = 32;
  private static final String PATH = "/v1/completions";

  private final Path folder;
  private final Path program;
  private final Nginx nginx;
  private final Path wrk = RequiredProgram.find("wrk", "apt-get install wrk", System.getenv());
  private final Path script;

  GatewayFigures(Path folder, Path program) throws IOException {
    this.folder = Files.createDirectories(folder.resolve("gateway"));
    this.program = program;
    this.nginx = new Nginx(this.folder);
    // 500 bytes in all.
    String body = "{\"model\":\"model\",\"prompt\":\"" + "x".repeat(453) + "\",\"max_tokens\":8}";
    this.script = this.folder.resolve("post.lua");
    Files.writeString(
        script,
        "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [["
            + body
            + "]]\n");
  }

  /**
   * One run of load.
   *
   * @param rate requests answered in a second
   * @param medianMicros half of them sooner
   */
  private record Load(double rate, double medianMicros) {}

  void add(ResultTable table) throws IOException, InterruptedException {
    String proxyPort = UpFigures.freePort();
    try (ServingDaemon daemon =
        ServingDaemon.running(folder, program, PretendedEngine.create(folder, nginx.engine()))) {
      int direct = daemon.serverPort;
      Process proxy = nginx.proxy(proxyPort, direct);
      try {
        int other = Integer.parseInt(proxyPort);
        // Until what is hot is compiled.
        load(daemon.port, MANY, 10);
        measure(table, direct, other, daemon.port);
        grow(table, direct, other, daemon.port);
        account(table, daemon);
      } finally {
        proxy.destroy();
        proxy.waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  private void measure(ResultTable table, int direct, int proxy, int gateway)
      throws IOException, InterruptedException {
    double[] added = new double[ROUNDS];
    double[] addedByProxy = new double[ROUNDS];
    double[] share = new double[ROUNDS];
    double[] reserve = new double[ROUNDS];
    double[] rate = new double[ROUNDS];
    double[] rateOfProxy = new double[ROUNDS];
    double[] rateAlone = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      double alone = load(direct, 1, 2).medianMicros();
      addedByProxy[i] = load(proxy, 1, 2).medianMicros() - alone;
      added[i] = load(gateway, 1, 2).medianMicros() - alone;
      rateAlone[i] = load(direct, MANY, 2).rate();
      rateOfProxy[i] = load(proxy, MANY, 2).rate();
      rate[i] = load(gateway, MANY, 2).rate();
      share[i] = rate[i] / rateOfProxy[i];
      reserve[i] = rateAlone[i] / Math.max(rate[i], rateOfProxy[i]);
    }
    table.add("gateway, 1 client: added to a direct call, p50", 60, "us", added);
    table.add("  added by nginx in the same rounds, p50", 0, "us", addedByProxy);
    table.addAtLeast("gateway, 32 clients: throughput, of nginx's", 0.6, "", share);
    table.add("  requests a second through the gateway", 0, "/s", rate);
    table.add("  requests a second through nginx, one worker", 0, "/s", rateOfProxy);
    table.add("  requests a second of the server alone", 0, "/s", rateAlone);
    table.addAtLeast("  the server alone, of the faster of both", 3, "", reserve);
  }

  private void grow(ResultTable table, int direct, int proxy, int gateway)
      throws IOException, InterruptedException {
    List<List<String>> rows = new ArrayList<>();
    for (int clients : List.of(1, 10, 100, 1000)) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(clients)));
      for (int port : List.of(direct, proxy, gateway)) {
        Load load = load(port, clients, 3);
        row.add(
            String.format(Locale.ROOT, "%.0f /s, p50 %.0f us", load.rate(), load.medianMicros()));
      }
      rows.add(row);
    }
    table.curve("Clients", List.of("clients", "direct", "nginx", "gateway"), rows);
  }

  /** Says what the gateway's own time is spent on: what is the kernel's, nginx has to pay too. */
  private void account(ResultTable table, ServingDaemon daemon)
      throws IOException, InterruptedException {
    List<String> columns = new ArrayList<>(List.of("clients", "each request, whole process"));
    columns.addAll(ProcessorShares.PARTS);
    List<List<String>> rows = new ArrayList<>();
    for (int clients : List.of(1, MANY)) {
      ProcessorShares shares = ProcessorShares.begin(folder, daemon.pid());
      double requests = load(daemon.port, clients, 10).rate() * 10;
      List<String> row = new ArrayList<>(List.of(Integer.toString(clients)));
      row.addAll(shares.end(requests));
      rows.add(row);
    }
    table.curve(
        "Where the gateway's processor time goes (shares: of its Java threads)", columns, rows);
  }

  private Load load(int port, int clients, int seconds) throws IOException, InterruptedException {
    Path out = folder.resolve("wrk.txt");
    int status =
        new ProcessBuilder(
                wrk.toString(),
                "-t" + Math.min(2, clients),
                "-c" + clients,
                "-d" + seconds + "s",
                "--latency",
                "--timeout",
                "60s",
                "-s",
                script.toString(),
                "http://127.0.0.1:" + port + PATH)
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start()
            .waitFor();
    String text = Files.readString(out);
    assertThat(status).as(text).isZero();
    assertThat(text).doesNotContain("Non-2xx", "Socket errors");
    Matcher rate = Pattern.compile("Requests/sec:\\s+([\\d.]+)").matcher(text);
    Matcher median = Pattern.compile("\\n\\s+50%\\s+([\\d.]+)(us|ms|s)").matcher(text);
    assertThat(rate.find() && median.find()).as(text).isTrue();
    double unit =
        switch (median.group(2)) {
          case "us" -> 1;
          case "ms" -> 1e3;
          default -> 1e6;
        };
    return new Load(Double.parseDouble(rate.group(1)), Double.parseDouble(median.group(1)) * unit);
  }
}
