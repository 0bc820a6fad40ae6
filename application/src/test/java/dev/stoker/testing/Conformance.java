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
 * played to {@link FakeMachine} and {@link FakeServer}, and what they say must be what was seen. So
 * the simulation, which knows only the model, cannot be kinder than the world.
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
  private final Set<String> unsure = new HashSet<>();
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
    // What never ended came before whatever the next Stoker did.
    order.sort(Comparator.comparingLong(touch -> touch.isOver() ? touch.end() : touch.begin()));
    long now = order.isEmpty() ? 0 : order.getFirst().begin();
    for (Touch touch : order) {
      long at = Math.max(now, touch.isOver() ? touch.end() : touch.begin());
      world.advance(Duration.ofNanos(at - now));
      now = at;
      if (touch.isOver()) {
        play(touch);
      } else {
        unsure.add(touch.what().endsWith("Lease") ? touch.launch() : touch.subject());
      }
    }
    long last = touches.isEmpty() ? 0 : touches.getLast().begin();
    for (Launch launch : launches.values()) {
      Touch unexplained = launch.unexplained;
      require(
          unexplained == null || unexplained.end() > last,
          unexplained == null ? launch.touch : unexplained,
          "its main process is gone, and nobody is ever told");
    }
  }

  private void play(Touch touch) {
    if (touch.answer().startsWith("!")) {
      return;
    }
    switch (touch.what()) {
      case "launch" -> launch(touch);
      case "exit" -> exit(touch);
      case "gone" -> gone(touch);
      case "terminate" -> {
        Launch launch = byProcess.get(touch.subject());
        if (launch != null) {
          world.machine().terminate(launch.server.process());
        }
      }
      case "observe" -> observe(touch);
      case "mainOf" -> mainOf(touch);
      case "sweep" -> sweep(touch);
      case "accepts" -> {
        if (touch.answer().equals("true")) {
          somebodyListens(touch);
        }
      }
      case "check" -> {
        if (touch.answer().equals("Healthy")) {
          somebodyListens(touch);
        }
      }
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
    compareMain(launch, !main.equals("-"), touch);
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
    launch.unexplained = null;
  }

  private void somebodyListens(Touch touch) {
    checked++;
    boolean known =
        launches.values().stream()
            .anyMatch(
                launch ->
                    launch.touch.port().equals(touch.subject())
                        && launch.touch.begin() <= touch.end()
                        && (launch.server.isPresent() || touch.begin() <= launch.gone));
    boolean maybe = unsure.stream().anyMatch(subject -> subject.endsWith(":" + touch.subject()));
    require(known || maybe, touch, "nobody of the model listens there");
  }

  private void store(Touch touch) {
    if (touch.what().equals("removeLease")) {
      leases.remove(touch.launch());
    } else if (touch.what().equals("writeLease") || leases.containsKey(touch.launch())) {
      leases.put(touch.launch(), touch.subject());
    }
    unsure.remove(touch.launch());
  }

  /** Of a write during which Stoker was killed either may be true, and then it stays. */
  private void leases(Touch touch) {
    boolean written =
        touches.stream()
            .anyMatch(
                other ->
                    other.what().endsWith("Lease")
                        && other != touch
                        && other.overlaps(touch)
                        && other.isOver());
    if (written) {
      return;
    }
    checked++;
    Set<String> found = new TreeSet<>();
    for (String lease : touch.answer().split(",")) {
      if (!lease.isEmpty()) {
        found.add(lease);
        String launch = String.join(":", Arrays.copyOf(lease.split(":"), 2));
        require(
            lease.equals(leases.get(launch)) || unsure.contains(launch),
            touch,
            "a lease that was not written so: " + lease + ", but " + leases.get(launch));
      }
    }
    leases.forEach(
        (launch, lease) -> {
          boolean asked = touch.subject().isEmpty() || launch.startsWith(touch.subject() + ":");
          require(
              !asked || found.contains(lease) || unsure.contains(launch),
              touch,
              "a lease is lost: " + lease);
        });
  }
}
