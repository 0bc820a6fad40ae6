package dev.stoker.proof;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ServerFailure.Hung;
import dev.stoker.domain.failure.ServerFailure.NotServing;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.LifecyclePolicy;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * One service in a world that does its worst: events come in any order, the server may die at any
 * time and leave a child, launches fail, sweeps leave something, and Stoker is killed between any
 * two things it does. A copy is made for each step.
 */
final class Universe extends UniverseEffects {
  Universe(Brain brain, Bounds bounds) {
    super(brain, bounds);
  }

  private Universe(Universe from) {
    super(from);
  }

  Universe copy() {
    return new Universe(this);
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
      if (task.mayFail() && left.faults() > 0) {
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
        steps.add(new Step("it hangs, and only its work shows it", Universe::hangUnseen));
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
    for (LifecycleMode other : LifecycleMode.values()) {
      if (other != mode && asked == null) {
        steps.add(
            new Step(
                "somebody makes it " + other.printed(),
                u -> {
                  u.spendCommand();
                  u.asked = other;
                  u.inFlight = with(u.inFlight, new ServiceEvent.Reconfigured());
                }));
      }
    }
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
        mode = Objects.requireNonNull(asked);
        asked = null;
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
      // It fails where a client forgets its connection: then it is never over.
      case DRAIN ->
          inFlight = fails ? inFlight : with(inFlight, new ServiceEvent.Drained(task.epoch()));
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

  private void hangUnseen() {
    fault();
    Failure why = new Hung(Duration.ofMinutes(2), "no token", none());
    inFlight = with(inFlight, new ServiceEvent.Hung(machine.memory().epoch(), why));
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
    asked = null;
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
}
