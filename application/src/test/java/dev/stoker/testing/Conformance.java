package dev.stoker.testing;

import dev.stoker.application.port.out.Lease;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether the model of the world could have done what the real one did: a trace of a real run is
 * played to {@link FakeMachine} and {@link FakeServer}. Compared are: which trees may be there
 * together, whether the main process and whether anything of a launch is seen, how servers end and
 * that somebody is told, what a sweep leaves, who may serve, and which leases are read. Not
 * compared are the names of other processes and how long anything takes.
 *
 * <p>What the world decides is taken from the trace: when a server listens, how it ends. What
 * follows from that is the model's. Of two things at the same time either may have been first.
 */
public final class Conformance {
  private static final String ENGINE = "VLLM::EngineCor";

  private final FakeWorld world = new FakeWorld();
  private final List<Touch> touches;
  private final Map<String, Launch> launches = new LinkedHashMap<>();
  private final Map<String, Launch> byProcess = new HashMap<>();
  private final Map<String, FakeServer> engines = new HashMap<>();
  private final Map<String, String> leases = new HashMap<>();
  private final Map<String, Set<String>> possible = new HashMap<>();
  private final Set<String> maybeOn = new HashSet<>();
  private boolean harmed;
  private long checked;

  private Conformance(List<Touch> touches) {
    this.touches = touches;
  }

  /** A launch of the trace and the server that stands for it in the model. */
  private static final class Launch {
    final Touch touch;
    final Lease lease;
    final FakeServer server;
    long mainEnded = Long.MAX_VALUE;
    long gone = Long.MAX_VALUE;

    /** It was told to. */
    boolean mayEnd;

    /** Seen without its main process, and nobody has told yet that that has ended. */
    @Nullable Touch unexplained;

    Launch(Touch touch, Lease lease, FakeServer server) {
      this.touch = touch;
      this.lease = lease;
      this.server = server;
    }
  }

  /**
   * {@return how many answers were compared}
   *
   * @throws AssertionError when the model could not have done it
   */
  public static long check(List<Touch> trace) {
    Conformance conformance = new Conformance(trace);
    conformance.play();
    return conformance.checked;
  }

  private void play() {
    List<Touch> order = new ArrayList<>(touches);
    // What Stoker did not live to see the end of came before whatever the next one did.
    order.sort(Comparator.comparingLong(touch -> touch.isOver() ? touch.end() : touch.begin()));
    long now = order.isEmpty() ? 0 : order.getFirst().begin();
    for (Touch touch : order) {
      long at = Math.max(now, touch.isOver() ? touch.end() : touch.begin());
      world.advance(Duration.ofNanos(at - now));
      now = at;
      if (touch.isOver()) {
        play(touch);
      } else {
        unfinished(touch);
      }
    }
    long last = touches.isEmpty() ? 0 : touches.getLast().begin();
    for (Launch launch : launches.values()) {
      Touch unexplained = launch.unexplained;
      require(
          unexplained == null || unexplained.end() > last,
          unexplained == null ? launch.touch : unexplained,
          "its main process is gone, nobody is told, and nothing has ended it");
    }
  }

  /** Whether it was done, nobody knows: then both is possible. */
  private void unfinished(Touch touch) {
    if (touch.what().equals("launch")) {
      maybeOn.add(touch.port());
    } else if (touch.what().endsWith("Lease")) {
      Set<String> both = possible.computeIfAbsent(touch.launch(), _ -> new TreeSet<>());
      both.add(leases.getOrDefault(touch.launch(), ""));
      both.add(touch.what().equals("removeLease") ? "" : touch.subject());
    }
  }

  private void play(Touch touch) {
    if (touch.answer().startsWith("!")) {
      unfinished(touch);
      return;
    }
    switch (touch.what()) {
      case "launch" -> launch(touch);
      case "harm" -> harmed = true;
      case "exit" -> exit(touch);
      case "gone" -> gone(touch);
      case "terminate" -> {
        Launch launch = byProcess.get(touch.subject());
        if (launch != null) {
          launch.mayEnd = true;
        }
      }
      case "observe" -> observe(touch);
      case "mainOf" -> mainOf(touch);
      case "sweep" -> sweep(touch);
      case "check" -> healthy(touch, touch.answer().equals("Healthy"));
      case "holder" -> holder(touch);
      case "writeLease", "updateLease", "removeLease" -> store(touch);
      case "leases" -> leases(touch);
      default -> {}
    }
  }

  private static void require(boolean holds, Touch touch, String why) {
    if (!holds) {
      throw new AssertionError("the model of the world cannot do this: " + why + ": " + touch);
    }
  }

  private void launch(Touch touch) {
    require(!byProcess.containsKey(touch.answer()), touch, "a process that was there before");
    String[] parts = touch.subject().split(":");
    Lease lease =
        new Lease(
            new ServiceName(parts[0]),
            Long.parseLong(parts[1]),
            touch.launch(),
            "boot",
            null,
            new Port(Integer.parseInt(parts[2])),
            Path.of("/run", touch.launch()),
            Path.of("/logs", touch.launch()),
            Instant.EPOCH,
            null,
            Set.of());
    world.machine().behave(behaviour(touch));
    FakeServer server = world.machine().begin(lease);
    Launch launch = new Launch(touch, lease, server);
    launches.put(touch.launch(), launch);
    byProcess.put(touch.answer(), launch);
  }

  /** Everything that it does by itself is in the trace; whether it leaves a child is seen later. */
  private FakeServer.Behaviour behaviour(Touch launched) {
    FakeServer.Behaviour silent = FakeServer.Behaviour.normal().deaf().dead();
    for (Touch touch : touches) {
      boolean ofIt = touch.what().equals("observe") && touch.launch().equals(launched.launch());
      boolean headless =
          ofIt
              && !touch.answer().isEmpty()
              && !touch.answer().startsWith("!")
              && !shows(touch, launched.answer());
      if (headless) {
        return silent.orphaning();
      }
    }
    return silent;
  }

  private static boolean shows(Touch observed, String process) {
    return Arrays.stream(observed.answer().split(","))
        .anyMatch(member -> member.startsWith(process + "="));
  }

  private void exit(Touch touch) {
    Launch launch = launches.get(touch.launch());
    if (launch == null) {
      return;
    }
    checked++;
    String status = touch.answer();
    require(
        FakeServer.ENDS.stream().anyMatch(end -> end.toString().equals(status)),
        touch,
        "no server of the model ends so");
    end(launch, touch.begin());
  }

  private static void end(Launch launch, long at) {
    launch.server.end(new ExitStatus.Unseen());
    launch.mainEnded = Math.min(launch.mainEnded, at);
    launch.unexplained = null;
    if (!launch.server.isPresent()) {
      launch.gone = Math.min(launch.gone, at);
    }
  }

  private void gone(Touch touch) {
    Launch launch = byProcess.get(touch.subject());
    FakeServer engine = engines.get(touch.subject());
    checked++;
    if (launch != null) {
      end(launch, touch.begin());
    } else if (engine != null) {
      engine.endEngine();
    }
  }

  private boolean isBeingSwept(Touch observed) {
    return touches.stream()
        .anyMatch(
            touch ->
                touch.what().equals("sweep")
                    && touch.launch().equals(observed.launch())
                    && touch.overlaps(observed));
  }

  private void observe(Touch touch) {
    Launch launch = launches.get(touch.launch());
    if (launch == null || isBeingSwept(touch)) {
      return;
    }
    checked++;
    List<ProcessIdentity> model = world.machine().observe(launch.lease).identities();
    boolean sees = !touch.answer().isEmpty();
    require(
        !sees || !model.isEmpty() || touch.begin() <= launch.gone,
        touch,
        "something is seen of what is gone");
    compareMain(launch, shows(touch, launch.touch.answer()), touch);
    for (String member : touch.answer().split(",")) {
      if (member.endsWith("=" + ENGINE)) {
        engines.putIfAbsent(member.substring(0, member.indexOf('=')), launch.server);
      }
    }
  }

  private void mainOf(Touch touch) {
    Launch launch = launches.get(touch.launch());
    if (launch == null || isBeingSwept(touch)) {
      return;
    }
    checked++;
    String main = touch.answer();
    require(main.equals("-") || main.equals(launch.touch.answer()), touch, "another main process");
    // Of a lease that was written before there was a process nobody can tell which it is.
    boolean told =
        !possible.containsKey(touch.launch())
            && !leases.getOrDefault(touch.launch(), "").endsWith(":-");
    if (told || !main.equals("-")) {
      compareMain(launch, !main.equals("-"), touch);
    }
  }

  private void compareMain(Launch launch, boolean seen, Touch touch) {
    boolean lives =
        world.machine().observe(launch.lease).identities().contains(launch.server.process());
    require(
        !seen || lives || touch.begin() <= launch.mainEnded,
        touch,
        "the main process is seen after its end");
    if (!seen && lives && launch.unexplained == null) {
      launch.unexplained = touch;
    }
  }

  private void sweep(Touch touch) {
    Launch launch = launches.get(touch.launch());
    if (launch == null) {
      return;
    }
    checked++;
    String survivors = touch.answer().substring(0, touch.answer().indexOf('|'));
    require(survivors.isEmpty(), touch, "what the model can kill has survived");
    launch.server.kill();
    launch.mainEnded = Math.min(launch.mainEnded, touch.end());
    launch.gone = Math.min(launch.gone, touch.end());
    if (harmed || launch.mayEnd) {
      launch.unexplained = null;
    }
  }

  /** In the model no stranger answers as a server of ours. */
  private void healthy(Touch touch, boolean seen) {
    checked++;
    boolean known =
        launches.values().stream()
            .anyMatch(
                launch ->
                    launch.touch.port().equals(touch.subject())
                        && launch.touch.begin() <= touch.end()
                        && touch.begin() <= launch.mainEnded);
    require(
        !seen || known || maybeOn.contains(touch.subject()),
        touch,
        "nobody of the model serves there");
  }

  /** A stranger may take a port at any time; a server that has ended holds none. */
  private void holder(Touch touch) {
    checked++;
    byProcess.forEach(
        (process, launch) ->
            require(
                !process.startsWith(touch.answer() + "@") || touch.begin() <= launch.mainEnded,
                touch,
                "a server that has ended holds the port"));
  }

  private void store(Touch touch) {
    if (touch.what().equals("removeLease")) {
      leases.remove(touch.launch());
    } else if (touch.what().equals("writeLease") || leases.containsKey(touch.launch())) {
      leases.put(touch.launch(), touch.subject());
    }
    possible.remove(touch.launch());
  }

  /** Of a write that nobody saw the end of either may be true: what is read first stays. */
  private void leases(Touch touch) {
    boolean written =
        touches.stream()
            .anyMatch(
                other -> other.what().endsWith("Lease") && other.isOver() && other.overlaps(touch));
    if (written) {
      return;
    }
    checked++;
    Map<String, String> found = new HashMap<>();
    for (String lease : touch.answer().split(",")) {
      if (!lease.isEmpty()) {
        found.put(String.join(":", Arrays.copyOf(lease.split(":"), 2)), lease);
      }
    }
    Set<String> known = new TreeSet<>(found.keySet());
    known.addAll(leases.keySet());
    known.addAll(possible.keySet());
    known.removeIf(
        launch -> !touch.subject().isEmpty() && !launch.startsWith(touch.subject() + ":"));
    for (String launch : known) {
      String lease = found.getOrDefault(launch, "");
      Set<String> may = possible.remove(launch);
      String expected = leases.getOrDefault(launch, "");
      require(
          may == null ? lease.equals(expected) : may.contains(lease),
          touch,
          lease.isEmpty()
              ? "a lease is lost: " + expected
              : "a lease that was not written so: " + lease + ", but " + expected);
      leases.put(launch, lease);
      if (lease.isEmpty()) {
        leases.remove(launch);
      }
    }
  }
}
