package dev.stoker.domain.service;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.failure.ServerFailure.FlagRejected;
import dev.stoker.domain.failure.ServerFailure.SurvivorsLeft;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.restart.RestartPolicy;
import dev.stoker.domain.unit.Moment;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One example of every state and of every event, by the names under which they are shown. */
final class Cells {
  static final Moment NOW = new Moment(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofHours(1));
  static final ProcessIdentity PROCESS = new ProcessIdentity(100, 5, "boot");
  static final Failure CURABLE = new Died("serving", new ExitStatus.Exited(0), "", Evidence.none());
  static final Failure POINTLESS = new FlagRejected("--no-such-flag", Evidence.none());
  static final Failure WAITABLE = new PortInUse(new Port(8000), PortHolder.unseen());
  static final Failure SURVIVORS =
      new SurvivorsLeft(List.of(new Survivor(PROCESS, "python", 'D', "nv_wait")));
  private static final Instant SINCE = NOW.wall();

  private Cells() {}

  static LifecyclePolicy policy(LifecycleMode mode) {
    return new LifecyclePolicy(
        mode,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        new RestartPolicy(3, Duration.ofSeconds(2), 1));
  }

  static Map<String, MachineState> states() {
    Memory memory = new Memory(1, RestartHistory.empty());
    Memory loading = new Memory(1, RestartHistory.empty().launched());
    Memory byHand = new Memory(1, RestartHistory.byHand().launched());
    Map<String, MachineState> states = new LinkedHashMap<>();
    states.put("Stopped", new MachineState.Stopped(memory, false));
    states.put("Stopped by hand", new MachineState.Stopped(memory, true));
    states.put("Failed", new MachineState.Failed(memory, POINTLESS));
    states.put("Failed, survivors", new MachineState.Failed(memory, SURVIVORS));
    states.put(
        "Recovering, to be up",
        new MachineState.Recovering(memory, new AfterEnd.Recover(CURABLE), true, SINCE));
    states.put(
        "Recovering, to be down",
        new MachineState.Recovering(memory, new AfterEnd.StayDown(true), false, SINCE));
    states.put("Launching, by hand", new MachineState.Launching(byHand, false, SINCE));
    states.put("Launching, again", new MachineState.Launching(loading, true, SINCE));
    states.put(
        "Starting, by hand", new MachineState.Starting(byHand, PROCESS, LoadPhase.IMPORT, SINCE));
    states.put(
        "Starting, again", new MachineState.Starting(loading, PROCESS, LoadPhase.IMPORT, SINCE));
    states.put("Running", new MachineState.Running(memory, PROCESS, SINCE, 0));
    states.put("Running, 2 checks failed", new MachineState.Running(memory, PROCESS, SINCE, 2));
    states.put(
        "Draining, by hand",
        new MachineState.Draining(memory, PROCESS, new AfterEnd.StayDown(true), SINCE));
    states.put(
        "Draining, idle",
        new MachineState.Draining(memory, PROCESS, new AfterEnd.StayDown(false), SINCE));
    states.put(
        "Draining, to start again",
        new MachineState.Draining(memory, PROCESS, new AfterEnd.StartAgain(), SINCE));
    states.put(
        "Stopping, no process yet",
        new MachineState.Stopping(memory, null, true, new AfterEnd.StayDown(true), SINCE));
    states.put(
        "Stopping, for now",
        new MachineState.Stopping(memory, PROCESS, false, new AfterEnd.StayDown(false), SINCE));
    states.put(
        "Stopping, to recover",
        new MachineState.Stopping(memory, PROCESS, false, new AfterEnd.Recover(CURABLE), SINCE));
    states.put(
        "Sweeping, to stay down",
        new MachineState.Sweeping(memory, new AfterEnd.StayDown(true), false, SINCE));
    states.put(
        "Sweeping, crashed",
        new MachineState.Sweeping(memory, new AfterEnd.Recover(CURABLE), true, SINCE));
    states.put(
        "Sweeping, to start again",
        new MachineState.Sweeping(memory, new AfterEnd.StartAgain(), false, SINCE));
    states.put("WaitingToRestart", new MachineState.WaitingToRestart(memory, CURABLE, SINCE));
    states.put(
        "Observed",
        new MachineState.Observed(
            memory, PROCESS, new HealthCheckResult.Healthy(Duration.ZERO), SINCE, 0));
    return states;
  }

  static Map<String, ServiceEvent> events(long epoch) {
    Map<String, ServiceEvent> events = new LinkedHashMap<>();
    events.put("start", new ServiceCommand.Start());
    events.put("ensure healthy", new ServiceCommand.EnsureHealthy());
    events.put("stop", new ServiceCommand.Stop(true, false));
    events.put("stop for now", new ServiceCommand.Stop(false, false));
    events.put("stop for now, hurry", new ServiceCommand.Stop(false, true));
    events.put("restart", new ServiceCommand.Restart());
    events.put("reconfigured", new ServiceEvent.Reconfigured());
    events.put("may launch", new ServiceEvent.MayLaunch(epoch));
    events.put("launched", new ServiceEvent.Launched(epoch, PROCESS));
    events.put("not launched, pointless", new ServiceEvent.NotLaunched(epoch, POINTLESS));
    events.put("not launched, waitable", new ServiceEvent.NotLaunched(epoch, WAITABLE));
    events.put("phase reached", new ServiceEvent.PhaseReached(epoch, LoadPhase.WEIGHTS));
    events.put("ready", new ServiceEvent.BecameReady(epoch, SINCE));
    events.put("start given up", new ServiceEvent.StartGivenUp(epoch, CURABLE));
    events.put("exited", new ServiceEvent.ProcessExited(epoch, new ExitStatus.Exited(0), CURABLE));
    events.put(
        "exited, pointless",
        new ServiceEvent.ProcessExited(epoch, new ExitStatus.Exited(2), POINTLESS));
    events.put(
        "check: healthy",
        new ServiceEvent.Checked(epoch, new HealthCheckResult.Healthy(Duration.ZERO)));
    events.put("check: refused", new ServiceEvent.Checked(epoch, new HealthCheckResult.Refused()));
    events.put(
        "check: broken probe",
        new ServiceEvent.Checked(epoch, new HealthCheckResult.ProbeBroken("x")));
    events.put("hung", new ServiceEvent.Hung(epoch, CURABLE));
    events.put("resumed", new ServiceEvent.Resumed(epoch));
    events.put("drained", new ServiceEvent.Drained(epoch));
    events.put("idle", new ServiceEvent.Idle(epoch));
    events.put("timer: drain", new ServiceEvent.TimerFired(epoch, ServiceEvent.Timer.DRAIN));
    events.put(
        "timer: second term", new ServiceEvent.TimerFired(epoch, ServiceEvent.Timer.SECOND_TERM));
    events.put("timer: grace", new ServiceEvent.TimerFired(epoch, ServiceEvent.Timer.STOP_GRACE));
    events.put("timer: restart", new ServiceEvent.TimerFired(epoch, ServiceEvent.Timer.RESTART));
    events.put("swept, nothing left", new ServiceEvent.Swept(epoch, List.of()));
    events.put(
        "swept, survivors",
        new ServiceEvent.Swept(epoch, List.of(new Survivor(PROCESS, "python", 'D', ""))));
    events.put("found", new ServiceEvent.Found(epoch, PROCESS, true));
    events.put("found, other settings", new ServiceEvent.Found(epoch, PROCESS, false));
    events.put("broken", new ServiceEvent.Broken(epoch));
    return events;
  }
}
