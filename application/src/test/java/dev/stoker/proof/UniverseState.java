package dev.stoker.proof;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.failure.ServerFailure.FlagRejected;
import dev.stoker.domain.failure.ServerFailure.SurvivorsLeft;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.restart.RestartPolicy;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.LifecyclePolicy;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.unit.Moment;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that makes up a {@link Universe} at one moment. */
abstract class UniverseState {
  static final Instant WALL = Instant.EPOCH;
  static final ProcessIdentity PROCESS = new ProcessIdentity(100, 5, "boot");
  static final Failure CURABLE = new Died("serving", new ExitStatus.Exited(0), "", none());
  static final Failure POINTLESS = new FlagRejected("--no-such-flag", none());
  static final Failure WAITABLE = new PortInUse(new Port(8000), PortHolder.unseen());
  static final Duration PAUSE = Duration.ofSeconds(61);

  final Brain brain;
  Bounds left;
  MachineState machine;
  Standing durable;
  LifecycleMode mode = LifecycleMode.MANAGED;
  @Nullable LifecycleMode asked;
  Monitor monitor = Monitor.fresh();
  Duration uptime = Duration.ofHours(1);
  @Nullable Tree tree;
  Duration restartDelay = Duration.ZERO;
  long leaseEpoch;
  boolean leasePid;
  long watchesStart;
  boolean watchesHealth;
  int readyWaiters;
  int downWaiters;
  int handStops;
  List<Todo> queue = List.of();
  List<Task> tasks = List.of();
  List<ServiceEvent> inFlight = List.of();

  /** What may still happen. */
  record Bounds(int commands, int faults, int crashes, int pauses) {}

  /** A process tree. */
  record Tree(long epoch, boolean main, boolean termed, boolean seen, boolean deaf) {}

  /** What the supervisor's thread does next: write, or run an effect. */
  sealed interface Todo {
    /** Write where it stands. */
    record Write(Standing standing) implements Todo {}

    /** Run an effect. */
    record Run(Effect effect) implements Todo {}
  }

  /** What is done on a thread of its own. */
  record Task(Kind kind, long epoch) {
    enum Kind {
      SPAWN,
      RECORD_PID,
      DRAIN,
      TERMINATE,
      KILL,
      FORGET_LEASE,
      LOOK
    }

    boolean mayFail() {
      return kind == Kind.SPAWN || kind == Kind.KILL || kind == Kind.DRAIN;
    }
  }

  static Evidence none() {
    return Evidence.none();
  }

  UniverseState(Brain brain, Bounds bounds) {
    this.brain = brain;
    this.left = bounds;
    this.durable = Standing.fresh();
    this.machine = brain.restore(durable, false, policy(), now()).next();
  }

  UniverseState(UniverseState from) {
    brain = from.brain;
    left = from.left;
    machine = from.machine;
    durable = from.durable;
    mode = from.mode;
    asked = from.asked;
    monitor = from.monitor;
    uptime = from.uptime;
    tree = from.tree;
    restartDelay = from.restartDelay;
    leaseEpoch = from.leaseEpoch;
    leasePid = from.leasePid;
    watchesStart = from.watchesStart;
    watchesHealth = from.watchesHealth;
    readyWaiters = from.readyWaiters;
    downWaiters = from.downWaiters;
    handStops = from.handStops;
    queue = from.queue;
    tasks = from.tasks;
    inFlight = from.inFlight;
  }

  LifecyclePolicy policy() {
    return new LifecyclePolicy(
        mode,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        new RestartPolicy(3, Duration.ofSeconds(2), 0));
  }

  Moment now() {
    return new Moment(WALL, uptime);
  }

  boolean saysSurvivors() {
    return machine instanceof MachineState.Failed failed && failed.why() instanceof SurvivorsLeft;
  }

  static <T> List<T> with(List<T> list, T more) {
    List<T> all = new ArrayList<>(list.size() + 1);
    all.addAll(list);
    all.add(more);
    return List.copyOf(all);
  }

  static <T> List<T> without(List<T> list, int index) {
    List<T> rest = new ArrayList<>(list);
    rest.remove(index);
    return List.copyOf(rest);
  }

  /**
   * {@return a number that stands for all of it}
   *
   * @param ids a number for each part: hash codes will not do, those of empty records are all alike
   */
  long key(Ids ids) {
    long key = mix(1, ids.of(machine));
    key = mix(key, ids.of(durable));
    key = mix(key, mode.ordinal() * 4L + (asked == null ? 3 : asked.ordinal()));
    key = mix(key, ids.of(monitor));
    key = mix(key, uptime.toMillis());
    key = mix(key, restartDelay.toMillis());
    key = mix(key, tree == null ? 0 : ids.of(tree));
    key = mix(key, leaseEpoch * 2 + (leasePid ? 1 : 0));
    key = mix(key, watchesStart * 2 + (watchesHealth ? 1 : 0));
    key = mix(key, readyWaiters * 10_000L + downWaiters * 100L + handStops);
    key = mix(key, ids.of(left));
    for (Todo todo : queue) {
      key = mix(key, ids.of(todo));
    }
    // In any order: they may be taken in any.
    long tasksKey = 0;
    for (Task task : tasks) {
      tasksKey += mix(7, ids.of(task));
    }
    long eventsKey = 0;
    for (ServiceEvent event : inFlight) {
      eventsKey += mix(13, ids.of(event));
    }
    return mix(mix(key, tasksKey), eventsKey);
  }

  /** Gives each thing a number of its own; what is equal has the same. */
  static final class Ids {
    private final Map<Object, Integer> known = new HashMap<>();

    long of(Object thing) {
      return known.computeIfAbsent(thing, _ -> known.size() + 1);
    }
  }

  private static long mix(long key, long value) {
    long mixed = (key ^ value) * 0x9E3779B97F4A7C15L;
    mixed ^= mixed >>> 29;
    mixed *= 0xBF58476D1CE4E5B9L;
    return mixed ^ (mixed >>> 32);
  }
}
