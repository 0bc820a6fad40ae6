package dev.stoker.testing;

import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessTrees.Member;
import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One launched server: loads by its behaviour, then serves, until it is told or made to end. */
public final class FakeServer {
  /** How servers end: those of the real world end in no other way. */
  public static final List<ExitStatus> ENDS =
      List.of(
          new ExitStatus.Exited(0),
          new ExitStatus.Exited(1),
          new ExitStatus.Exited(2),
          new ExitStatus.Signalled(2),
          new ExitStatus.Signalled(9),
          new ExitStatus.Signalled(11),
          new ExitStatus.Signalled(15));

  /** Of each: main process, engine, orphan. */
  static final int PIDS = 3;

  private final FakeMachine machine;
  private final Behaviour behaviour;
  private final VirtualTime time;
  private final Lease lease;
  private final ProcessIdentity process;
  private final CompletableFuture<ExitStatus> exit;
  private final List<String> lines = new ArrayList<>();
  private boolean mainAlive = true;
  private boolean killable;
  private boolean engineAlive = true;
  private boolean remains = true;
  private boolean listening;
  private boolean healthy = true;
  private boolean hangs;
  private long running;
  private long generated;
  private int terms;

  FakeServer(
      FakeMachine machine,
      Behaviour behaviour,
      VirtualTime time,
      Lease lease,
      ProcessIdentity process,
      CompletableFuture<ExitStatus> exit) {
    this.machine = machine;
    this.behaviour = behaviour;
    this.time = time;
    this.lease = lease;
    this.process = process;
    this.exit = exit;
    this.killable = behaviour.killable();
  }

  /**
   * What a server does.
   *
   * @param loads how long until it listens; null: it never does
   * @param prints whether it prints while it loads
   * @param computes whether it uses processor time while it loads
   * @param dies after which time it ends by itself, with code 1; null: never
   * @param obeysTerm whether it ends when told to
   * @param swallowsFirstTerm whether it takes two while it loads
   * @param leavesOrphan whether a child outlives its main process
   * @param killable whether SIGKILL ends it
   */
  public record Behaviour(
      Duration loads,
      boolean prints,
      boolean computes,
      Duration dies,
      boolean obeysTerm,
      boolean swallowsFirstTerm,
      boolean leavesOrphan,
      boolean killable) {
    /** {@return ready after 20 s, obedient} */
    public static Behaviour normal() {
      return new Behaviour(Duration.ofSeconds(20), true, true, null, true, true, false, true);
    }

    /** {@return ready after this time} */
    public Behaviour loading(Duration time) {
      return new Behaviour(
          time, prints, computes, dies, obeysTerm, swallowsFirstTerm, leavesOrphan, killable);
    }

    /** {@return never ready, but printing} */
    public Behaviour neverListening() {
      return new Behaviour(
          null, prints, computes, dies, obeysTerm, swallowsFirstTerm, leavesOrphan, killable);
    }

    /** {@return neither printing nor computing, never ready} */
    public Behaviour dead() {
      return new Behaviour(
          null, false, false, dies, obeysTerm, swallowsFirstTerm, leavesOrphan, killable);
    }

    /** {@return ending by itself after this time} */
    public Behaviour dying(Duration after) {
      return new Behaviour(
          loads, prints, computes, after, obeysTerm, swallowsFirstTerm, leavesOrphan, killable);
    }

    /** {@return deaf to SIGTERM} */
    public Behaviour deaf() {
      return new Behaviour(
          loads, prints, computes, dies, false, swallowsFirstTerm, leavesOrphan, killable);
    }

    /** {@return leaving a child when it ends} */
    public Behaviour orphaning() {
      return new Behaviour(
          loads, prints, computes, dies, obeysTerm, swallowsFirstTerm, true, killable);
    }

    /** {@return stuck in the kernel} */
    public Behaviour unkillable() {
      return new Behaviour(
          loads, prints, computes, dies, false, swallowsFirstTerm, leavesOrphan, false);
    }
  }

  void begin() {
    if (behaviour.prints()) {
      lines.add("phase configuration");
      time.schedule("line", Duration.ofSeconds(5), () -> print("phase weights"));
    }
    if (behaviour.loads() != null) {
      time.schedule("listen", behaviour.loads(), () -> listening = mainAlive);
    }
    if (behaviour.dies() != null) {
      time.schedule("death", behaviour.dies(), () -> end(new ExitStatus.Exited(1)));
    }
  }

  private void print(String line) {
    if (mainAlive) {
      lines.add(line);
    }
  }

  /** Ends it from outside, with this status. */
  public void end(ExitStatus status) {
    if (mainAlive) {
      mainAlive = false;
      listening = false;
      remains = behaviour.leavesOrphan();
      exit.complete(status);
      machine.ended(process);
      endEngine();
      if (!remains) {
        machine.gone(lease);
      }
    }
  }

  /** Its engine dies; it goes on for a while, and then ends as if all were well. */
  public void endEngine() {
    if (engineAlive) {
      engineAlive = false;
      machine.ended(engine());
      time.schedule("engine-death", Duration.ofSeconds(5), () -> end(new ExitStatus.Exited(0)));
    }
  }

  /** {@return the process that computes} */
  ProcessIdentity engine() {
    return new ProcessIdentity(process.pid() + 1, process.startTicks() + 1, process.bootId());
  }

  /** {@return a child that goes on without the main process} */
  ProcessIdentity orphan() {
    return new ProcessIdentity(process.pid() + 2, process.startTicks() + 2, process.bootId());
  }

  /** {@return its main process, or what is left without it} */
  ProcessIdentity head() {
    return mainAlive ? process : orphan();
  }

  boolean mainLives() {
    return mainAlive;
  }

  CompletableFuture<ExitStatus> exit() {
    return exit;
  }

  List<Member> members() {
    List<Member> members = new ArrayList<>();
    if (mainAlive) {
      members.add(new Member(process, "python"));
    } else if (remains) {
      members.add(new Member(orphan(), "python"));
    }
    if (engineAlive) {
      // As a child it goes by its parent's name, until it has given itself its own.
      members.add(new Member(engine(), listening ? "VLLM::EngineCor" : "python"));
    }
    return members;
  }

  void onTerm() {
    terms++;
    boolean loading = !listening;
    boolean swallowed = loading && behaviour.swallowsFirstTerm() && terms == 1;
    if (behaviour.obeysTerm() && !swallowed) {
      time.schedule("exit", Duration.ofMillis(500), () -> end(new ExitStatus.Exited(0)));
    }
  }

  boolean kill() {
    if (!killable) {
      return false;
    }
    boolean orphaned = !mainAlive && remains;
    end(new ExitStatus.Signalled(9));
    if (remains || orphaned) {
      remains = false;
      machine.gone(lease);
    }
    return true;
  }

  /** {@return the pid of its main process} */
  public long pid() {
    return process.pid();
  }

  /** {@return whose it is} */
  public ServiceName service() {
    return lease.service();
  }

  /** The kernel lets go of it. */
  public void setKillable() {
    killable = true;
  }

  /** {@return whether health checks would succeed} */
  public boolean isWell() {
    return mainAlive && engineAlive && listening && healthy && !hangs;
  }

  /** Whether health checks succeed from now on. */
  public void setHealthy(boolean now) {
    healthy = now;
  }

  /** Its engine hangs, or goes on: health checks do not show it. */
  public void setHanging(boolean now) {
    hangs = now;
  }

  boolean isHanging() {
    return hangs;
  }

  /** So many requests are being answered, for ever. */
  public void setRunning(long requests) {
    running = requests;
  }

  /** {@return what it counts: each look finds more tokens, as long as it has work and works} */
  EngineSample sample() {
    if (!hangs && running > 0) {
      answer();
    }
    return new EngineSample(running, 0L, 0.5, 0L, generated, generated, 0L, false);
  }

  void answer() {
    generated += 10;
  }

  /** {@return how many SIGTERM it was sent} */
  public int terms() {
    return terms;
  }

  /** {@return whether a process of it lives} */
  public boolean isPresent() {
    return mainAlive || remains;
  }

  boolean isListening() {
    return listening;
  }

  boolean isHealthy() {
    return healthy;
  }

  List<String> lines() {
    return lines;
  }

  ProcessIdentity process() {
    return process;
  }

  Lease lease() {
    return lease;
  }

  Duration processorTime() {
    return behaviour.computes()
        ? Duration.between(lease.takenAt(), time.instant()).dividedBy(2)
        : Duration.ZERO;
  }
}
