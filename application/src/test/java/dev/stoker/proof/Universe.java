package dev.stoker.proof;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.failure.ServerFailure.FlagRejected;
import dev.stoker.domain.failure.ServerFailure.NotServing;
import dev.stoker.domain.failure.ServerFailure.SurvivorsLeft;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.restart.RestartPolicy;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.LifecyclePolicy;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Transition;
import dev.stoker.domain.unit.Moment;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One service in a world that does its worst: events come in any order, the server may die at any
 * time and leave a child, launches fail, sweeps leave something, and Stoker is killed between any
 * two things it does. A copy is made for each step.
 */
final class Universe {
  private static final Instant WALL = Instant.EPOCH;
  private static final ProcessIdentity PROCESS = new ProcessIdentity(100, 5, "boot");
  private static final Failure CURABLE = new Died("serving", new ExitStatus.Exited(0), "", none());
  private static final Failure POINTLESS = new FlagRejected("--no-such-flag", none());
  private static final Failure WAITABLE = new PortInUse(new Port(8000), PortHolder.unseen());
  private static final Duration PAUSE = Duration.ofSeconds(61);

  final Brain brain;
  Bounds left;
  MachineState machine;
  Standing durable;
  LifecycleMode mode = LifecycleMode.MANAGED;
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
      TERMINATE,
      KILL,
      FORGET_LEASE,
      LOOK
    }
  }

  private static Evidence none() {
    return Evidence.none();
  }

  Universe(Brain brain, Bounds bounds) {
    this.brain = brain;
    this.left = bounds;
    this.durable = Standing.fresh();
    this.machine = brain.restore(durable, false, policy(), now()).next();
  }

  private Universe(Universe from) {
    brain = from.brain;
    left = from.left;
    machine = from.machine;
    durable = from.durable;
    mode = from.mode;
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

  Universe copy() {
    return new Universe(this);
  }

  private LifecyclePolicy policy() {
    return new LifecyclePolicy(
        mode,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        new RestartPolicy(3, Duration.ofSeconds(2), 0));
  }

  private Moment now() {
    return new Moment(WALL, uptime);
  }

  /** A step that may be taken. */
  record Step(String label, Consumer<Universe> act) {}

  /** {@return everything that may happen next} */
  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    if (!queue.isEmpty()) {
      steps.add(new Step("do " + label(queue.getFirst()), Universe::doNext));
    } else {
      for (int i = 0; i < inFlight.size(); i++) {
        addDelivery(steps, i);
      }
    }
    for (int i = 0; i < tasks.size(); i++) {
      int index = i;
      Task task = tasks.get(i);
      steps.add(new Step(task.kind() + " " + task.epoch(), u -> u.perform(index, false)));
      boolean mayFail = task.kind() == Task.Kind.SPAWN || task.kind() == Task.Kind.KILL;
      if (mayFail && left.faults() > 0) {
        steps.add(
            new Step(task.kind() + " " + task.epoch() + " fails", u -> u.perform(index, true)));
      }
    }
    addServer(steps);
    addPeople(steps);
    if (left.crashes() > 0) {
      steps.add(new Step("KILL -9 of Stoker", Universe::crash));
    }
    if (left.pauses() > 0) {
      steps.add(
          new Step(
              "a minute passes",
              u -> {
                u.left =
                    new Bounds(
                        u.left.commands(), u.left.faults(), u.left.crashes(), u.left.pauses() - 1);
                u.uptime = u.uptime.plus(PAUSE);
              }));
    }
    return steps;
  }

  private static String label(Todo todo) {
    return todo instanceof Todo.Run run ? run.effect().toString() : "write";
  }

  private void addDelivery(List<Step> steps, int index) {
    ServiceEvent event = inFlight.get(index);
    // The end of a process is told by whoever has told of the process before.
    boolean early =
        event instanceof ServiceEvent.ProcessExited exited
            && inFlight.stream()
                .anyMatch(
                    other ->
                        (other instanceof ServiceEvent.Launched launched
                                && launched.epoch() == exited.epoch())
                            || (other instanceof ServiceEvent.Found found
                                && found.epoch() == exited.epoch()));
    // Of two of the same the first will do.
    if (!early && inFlight.indexOf(event) == index) {
      steps.add(new Step("deliver " + event, u -> u.deliver(index)));
    }
  }

  private void addServer(List<Step> steps) {
    Tree living = tree;
    if (living == null || !living.main()) {
      return;
    }
    if (living.termed() && !living.deaf()) {
      steps.add(new Step("the server obeys", u -> u.mainEnds(CURABLE)));
    }
    if (watchesStart == living.epoch() && machine instanceof MachineState.Starting) {
      steps.add(new Step("the server is ready", Universe::becomesReady));
    }
    if (left.faults() > 0) {
      steps.add(new Step("the server dies", u -> u.fault().mainEnds(CURABLE)));
      steps.add(new Step("the server dies for good", u -> u.fault().mainEnds(POINTLESS)));
      if (!living.deaf()) {
        steps.add(
            new Step(
                "the server is deaf",
                u -> {
                  u.fault();
                  u.tree = new Tree(living.epoch(), true, living.termed(), living.seen(), true);
                }));
      }
      if (watchesHealth && machine instanceof MachineState.Running) {
        steps.add(new Step("the server hangs", Universe::hang));
      }
      if (watchesStart == living.epoch() && machine instanceof MachineState.Starting) {
        steps.add(new Step("the start stalls", Universe::stall));
      }
    }
  }

  private void addPeople(List<Step> steps) {
    if (left.commands() == 0) {
      return;
    }
    for (ServiceCommand command :
        List.of(
            new ServiceCommand.Start(),
            new ServiceCommand.EnsureHealthy(),
            new ServiceCommand.Stop(true, false),
            new ServiceCommand.Stop(false, false),
            new ServiceCommand.Restart())) {
      steps.add(new Step("somebody: " + command, u -> u.ask(command)));
    }
    steps.add(
        new Step(
            "somebody changes the mode",
            u -> {
              u.spendCommand();
              u.inFlight = with(u.inFlight, new ServiceEvent.Reconfigured());
            }));
  }

  private void spendCommand() {
    left = new Bounds(left.commands() - 1, left.faults(), left.crashes(), left.pauses());
  }

  private Universe fault() {
    left = new Bounds(left.commands(), left.faults() - 1, left.crashes(), left.pauses());
    monitor = monitor.blamed();
    return this;
  }

  private void ask(ServiceCommand command) {
    spendCommand();
    inFlight = with(inFlight, command);
  }

  private void deliver(int index) {
    ServiceEvent event = inFlight.get(index);
    inFlight = without(inFlight, index);
    switch (event) {
      case ServiceCommand.Stop stop -> {
        downWaiters++;
        handStops += stop.byHand() ? 1 : 0;
        monitor = monitor.blamed();
      }
      case ServiceCommand.Start _, ServiceCommand.Restart _ -> {
        readyWaiters++;
        if (mode.ownsProcess()) {
          monitor = monitor.startedByHand();
        }
      }
      case ServiceCommand.EnsureHealthy _ -> readyWaiters++;
      case ServiceEvent.Reconfigured _ -> {
        // With the event that tells of it: the supervisor does both at once.
        mode = mode == LifecycleMode.MANAGED ? LifecycleMode.MONITORED : LifecycleMode.MANAGED;
        monitor = monitor.blamed();
      }
      case ServiceEvent.TimerFired fired when fired.timer() == ServiceEvent.Timer.RESTART ->
          uptime = uptime.plus(restartDelay);
      default -> {}
    }
    Transition transition = brain.step(machine, event, policy(), now());
    Standing before = brain.standing(machine);
    machine = transition.next();
    Standing after = brain.standing(machine);
    List<Todo> next = new ArrayList<>();
    transition.effects().forEach(effect -> next.add(new Todo.Run(effect)));
    if (!after.equals(before)) {
      next.add(brain.actsBeforeWriting() ? next.size() : 0, new Todo.Write(after));
    }
    queue = List.copyOf(next);
    if (machine instanceof MachineState.Stopped) {
      monitor = monitor.saysDown();
    }
    dropStaleTimers();
  }

  /** They change nothing, as the table shows; without them there is more room to search. */
  private void dropStaleTimers() {
    List<ServiceEvent> kept = new ArrayList<>();
    for (ServiceEvent event : inFlight) {
      boolean stale =
          event instanceof ServiceEvent.TimerFired fired
              && fired.epoch() != machine.memory().epoch();
      if (!stale) {
        kept.add(event);
      }
    }
    inFlight = List.copyOf(kept);
  }

  private void doNext() {
    Todo todo = queue.getFirst();
    queue = queue.subList(1, queue.size());
    switch (todo) {
      case Todo.Write write -> durable = write.standing();
      case Todo.Run run -> run(run.effect());
    }
  }

  private void run(Effect effect) {
    switch (effect) {
      case Effect.LaunchProcess of -> {
        monitor = monitor.mayLaunch(mode.ownsProcess());
        leaseEpoch = of.epoch();
        leasePid = false;
        tasks = with(tasks, new Task(Task.Kind.SPAWN, of.epoch()));
      }
      case Effect.CancelLaunch _ -> {}
      case Effect.Recover of -> tasks = with(tasks, new Task(Task.Kind.LOOK, of.epoch()));
      case Effect.WatchStart of -> watchesStart = of.epoch();
      case Effect.Terminate of -> tasks = with(tasks, new Task(Task.Kind.TERMINATE, of.epoch()));
      case Effect.Sweep of -> {
        watchesHealth = false;
        tasks =
            with(
                tasks,
                new Task(
                    brain.forgetsBeforeKilling() ? Task.Kind.FORGET_LEASE : Task.Kind.KILL,
                    of.epoch()));
      }
      case Effect.StartTimer of -> {
        inFlight = with(inFlight, new ServiceEvent.TimerFired(of.epoch(), of.timer()));
        restartDelay = of.timer() == ServiceEvent.Timer.RESTART ? of.delay() : restartDelay;
      }
      case Effect.WatchHealth _ -> watchesHealth = true;
      case Effect.CheckOnce of ->
          inFlight =
              with(inFlight, new ServiceEvent.Checked(of.epoch(), new HealthCheckResult.Refused()));
      case Effect.EndWatch _ -> watchesHealth = false;
      case Effect.Settle settle -> settle(settle.settlement());
    }
  }

  /** As {@code Waiters} does it. */
  private void settle(Effect.Settlement settlement) {
    switch (settlement) {
      case Effect.Settlement.Ready _ -> {
        readyWaiters = 0;
        releaseDown(false);
      }
      case Effect.Settlement.Down _ -> {
        readyWaiters = 0;
        releaseDown(true);
      }
      case Effect.Settlement.Gone _ -> releaseDown(false);
      case Effect.Settlement.Aborted _ -> readyWaiters = 0;
      case Effect.Settlement.Unable _ -> {
        readyWaiters = 0;
        releaseDown(false);
      }
    }
  }

  private void releaseDown(boolean isDown) {
    if (isDown && handStops > 0) {
      monitor = monitor.stopAcknowledged();
    }
    downWaiters = 0;
    handStops = 0;
  }

  private void perform(int index, boolean fails) {
    Task task = tasks.get(index);
    tasks = without(tasks, index);
    if (fails) {
      fault();
    }
    switch (task.kind()) {
      case SPAWN -> spawn(task.epoch(), fails);
      case RECORD_PID -> recordPid(task.epoch());
      case TERMINATE -> {
        Tree living = tree;
        if (living != null && living.main() && living.epoch() == task.epoch()) {
          monitor = monitor.signalled();
          tree = new Tree(living.epoch(), true, true, living.seen(), living.deaf());
        }
      }
      case KILL -> kill(task.epoch(), fails);
      case FORGET_LEASE -> {
        leaseEpoch = 0;
        if (brain.forgetsBeforeKilling() && tree != null) {
          tasks = with(tasks, new Task(Task.Kind.KILL, task.epoch()));
        } else {
          inFlight = with(inFlight, new ServiceEvent.Swept(task.epoch(), List.of()));
        }
      }
      case LOOK -> look(task.epoch());
    }
  }

  private void spawn(long epoch, boolean fails) {
    if (fails) {
      leaseEpoch = 0;
      inFlight = with(inFlight, new ServiceEvent.NotLaunched(epoch, WAITABLE));
      return;
    }
    boolean byItself = machine instanceof MachineState.Launching launching && launching.automatic();
    // One that was taken back while it was under way belongs to what was before that command.
    boolean takenBack = !(machine instanceof MachineState.Launching);
    monitor = monitor.launched(byItself, takenBack, uptime);
    tree = new Tree(epoch, true, false, true, false);
    tasks = with(tasks, new Task(Task.Kind.RECORD_PID, epoch));
  }

  private void recordPid(long epoch) {
    leasePid = leaseEpoch == epoch;
    inFlight = with(inFlight, new ServiceEvent.Launched(epoch, PROCESS));
    Tree living = tree;
    if (living == null || !living.main()) {
      inFlight = with(inFlight, exited(epoch, CURABLE));
    }
  }

  private void kill(long epoch, boolean fails) {
    Tree living = tree;
    boolean ours = living != null && (leaseEpoch == living.epoch() || brain.forgetsBeforeKilling());
    if (ours) {
      if (living.main()) {
        monitor = monitor.signalled();
      }
      if (fails) {
        inFlight =
            with(
                inFlight,
                new ServiceEvent.Swept(
                    epoch, List.of(new Survivor(PROCESS, "python", 'D', "nv_wait"))));
        return;
      }
      tree = null;
      monitor = monitor.gone();
    }
    tasks = with(tasks, new Task(Task.Kind.FORGET_LEASE, epoch));
    if (brain.forgetsBeforeKilling()) {
      tasks = without(tasks, tasks.size() - 1);
      inFlight = with(inFlight, new ServiceEvent.Swept(epoch, List.of()));
    }
  }

  private void look(long epoch) {
    Tree living = tree;
    boolean found = living != null && living.main() && leasePid && leaseEpoch == living.epoch();
    if (found) {
      tree = new Tree(living.epoch(), true, living.termed(), true, living.deaf());
      inFlight = with(inFlight, new ServiceEvent.Found(epoch, PROCESS, true));
    } else {
      inFlight = with(inFlight, new ServiceEvent.Broken(epoch));
    }
  }

  private static ServiceEvent exited(long epoch, Failure why) {
    return new ServiceEvent.ProcessExited(epoch, new ExitStatus.Exited(0), why);
  }

  /** Its main process ends; a child of it goes on until it is swept. */
  private void mainEnds(Failure why) {
    Tree living = Objects.requireNonNull(tree);
    monitor = monitor.blamed();
    tree = new Tree(living.epoch(), false, living.termed(), living.seen(), living.deaf());
    boolean recorded =
        tasks.stream()
            .noneMatch(
                task -> task.kind() == Task.Kind.RECORD_PID && task.epoch() == living.epoch());
    if (living.seen() && recorded) {
      inFlight = with(inFlight, exited(living.epoch(), why));
    }
  }

  private void becomesReady() {
    inFlight = with(inFlight, new ServiceEvent.BecameReady(watchesStart, WALL));
    monitor = monitor.ready();
    watchesStart = 0;
  }

  private void hang() {
    fault();
    for (int i = 0; i < LifecyclePolicy.FAILED_CHECKS; i++) {
      inFlight =
          with(
              inFlight,
              new ServiceEvent.Checked(machine.memory().epoch(), new HealthCheckResult.Refused()));
    }
  }

  private void stall() {
    fault();
    inFlight =
        with(
            inFlight,
            new ServiceEvent.StartGivenUp(watchesStart, new NotServing("stalled", none())));
    watchesStart = 0;
  }

  /** Memory is lost; what was written, and what lives, stays. */
  private void crash() {
    left = new Bounds(left.commands(), left.faults(), left.crashes() - 1, left.pauses());
    queue = List.of();
    tasks = List.of();
    inFlight = List.of();
    readyWaiters = 0;
    downWaiters = 0;
    handStops = 0;
    watchesStart = 0;
    watchesHealth = false;
    Tree living = tree;
    if (living != null) {
      tree = new Tree(living.epoch(), living.main(), living.termed(), false, living.deaf());
    }
    if (living != null && leaseEpoch == 0) {
      throw new BrokenInvariant("D9", "a tree lives that no lease tells of");
    }
    Transition restored = brain.restore(durable, leaseEpoch != 0, policy(), now());
    machine = restored.next();
    List<Todo> next = new ArrayList<>();
    restored.effects().forEach(effect -> next.add(new Todo.Run(effect)));
    queue = List.copyOf(next);
  }

  /** {@return whether nothing more happens by itself} */
  boolean isQuiet() {
    return queue.isEmpty() && tasks.isEmpty() && inFlight.isEmpty();
  }

  /** What must hold when nothing more happens by itself (D4, D5). */
  void checkSettled() {
    Tree living = tree;
    boolean serves = machine instanceof MachineState.Running && living != null && living.main();
    boolean down =
        (machine instanceof MachineState.Stopped || machine instanceof MachineState.Failed)
            && (living == null || machineSaysSurvivors());
    if (!serves && !down && !(machine instanceof MachineState.Observed)) {
      throw new BrokenInvariant("D5", "it settles in " + machine + " with " + living);
    }
    if (readyWaiters + downWaiters > 0 && !(machine instanceof MachineState.Observed)) {
      throw new BrokenInvariant(
          "D4", readyWaiters + " + " + downWaiters + " wait for ever in " + machine);
    }
  }

  private boolean machineSaysSurvivors() {
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
    key = mix(key, mode.ordinal());
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
