package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.ServerFailure.Hung;
import dev.stoker.domain.health.EngineLoad;
import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.health.HealthCheckResult.TimedOut;
import dev.stoker.domain.health.WorkWatch;
import dev.stoker.domain.health.WorkWatch.Verdict;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the counters of a server that serves, tells its load, and finds out whether it hangs. Until
 * it is closed or its launch has ended.
 */
final class WorkMonitor {
  private static final Logger log = LoggerFactory.getLogger(WorkMonitor.class);
  private static final Duration LONGEST_BETWEEN = Duration.ofSeconds(10);
  private static final Duration SHORTEST_BETWEEN = Duration.ofMillis(250);

  /** So many looks within the time that is a hang. */
  private static final int LOOKS = 8;

  /** A look that comes this much later than it was due: the machine slept, or stood still. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private static final int LINES = 20;

  private final long epoch;
  private final Supplier<ServiceSpec> current;
  private final @Nullable Launch launch;
  private final DrivenPorts ports;
  private final Consumer<ServiceEvent> post;
  private final Consumer<ServiceNotice> tell;
  private volatile boolean closed;

  /** Our request that is unanswered, if there is one. */
  private volatile @Nullable CompletableFuture<HealthCheckResult> canary;

  private WorkWatch watch;
  private Duration called = Duration.ZERO;
  private Duration alive;

  /** When it last worked for others than us. */
  private volatile Duration forOthers;

  /** Whether a request of ours was answered since the last look: then what moved was for it. */
  private boolean wasOurs;

  private @Nullable EngineLoad told;
  private String doubt = "";

  WorkMonitor(
      long epoch,
      Supplier<ServiceSpec> current,
      @Nullable Launch launch,
      DrivenPorts ports,
      Consumer<ServiceEvent> post,
      Consumer<ServiceNotice> tell,
      Duration paused) {
    this.epoch = epoch;
    this.current = current;
    this.launch = launch;
    this.ports = ports;
    this.post = post;
    this.tell = tell;
    Duration now = ports.uptime().now();
    this.watch = WorkWatch.begin(now, paused);
    this.alive = now;
    this.forOthers = now;
  }

  /** The first look at once: a status is to show the load as soon as it serves. */
  void begin() {
    Duration due = ports.uptime().now();
    ports.scheduler().execute("work-" + current.get().name(), () -> look(due));
  }

  /** Ends the request of ours too: a server that is to end waits for its clients to hang up. */
  void close() {
    closed = true;
    CompletableFuture<HealthCheckResult> open = canary;
    if (open != null) {
      open.cancel(true);
    }
  }

  /** {@return when it was last seen to work for others than Stoker itself} */
  Duration lastForOthers() {
    return forOthers;
  }

  /**
   * {@return the longest pause that was seen; of one that was called a hang half, which doubles the
   * limit of the next launch: should a long request have been its reason, it is given more time
   * each round}
   */
  synchronized Duration longestPause() {
    return called.compareTo(watch.slowest()) > 0 ? called : watch.slowest();
  }

  private boolean isOver() {
    return closed || (launch != null && launch.hasEnded());
  }

  private ServiceSpec served() {
    return launch == null ? current.get() : launch.spec();
  }

  private void next() {
    Duration hang = hangTimeout();
    Duration between = hang == null ? LONGEST_BETWEEN : hang.dividedBy(LOOKS);
    between = between.compareTo(LONGEST_BETWEEN) > 0 ? LONGEST_BETWEEN : between;
    Duration pause = between.compareTo(SHORTEST_BETWEEN) < 0 ? SHORTEST_BETWEEN : between;
    Duration due = ports.uptime().now().plus(pause);
    ports.scheduler().schedule("work-" + current.get().name(), pause, () -> look(due));
  }

  /** It may be changed while the server runs. */
  private @Nullable Duration hangTimeout() {
    return current.get().options().hangTimeout();
  }

  private void look(Duration due) {
    if (isOver()) {
      return;
    }
    try {
      Duration began = ports.uptime().now();
      Port port = served().options().port();
      EngineSample sample = ports.engineMetrics().sample(port);
      Duration now = ports.uptime().now();
      boolean paused = began.minus(due).compareTo(PAUSE) > 0;
      judge(sample, paused || now.minus(began).compareTo(PAUSE) > 0, now);
    } catch (RuntimeException e) {
      // That we cannot look is no fault of the server's.
      log.atWarn()
          .addKeyValue("service", current.get().name())
          .addKeyValue("problem", String.valueOf(e))
          .log("work not looked at");
    }
    if (!isOver()) {
      next();
    }
  }

  private synchronized void judge(@Nullable EngineSample sample, boolean paused, Duration now) {
    WorkWatch before = watch;
    watch = (paused ? before.resumed(now) : before).saw(sample, now);
    EngineSample earlier = before.last();
    if (sample == null || !sample.countsWork()) {
      // Of one that does not tell it is not known that it works for nobody.
      forOthers = now;
    }
    if (sample != null) {
      if (earlier != null && sample.hasMovedSince(earlier)) {
        alive = now;
      }
      boolean ours = wasOurs || before.oursSince() != null;
      boolean worked = earlier != null && sample.hasMovedSince(earlier) && !ours;
      if (worked || sample.owed() > (ours ? 1 : 0)) {
        forOthers = now;
      }
      wasOurs = false;
      tellLoad(EngineLoad.of(sample, earlier, now.minus(before.lastLook())));
    }
    Duration hang = hangTimeout();
    if (hang == null) {
      tellDoubt("");
      return;
    }
    if (isOver()) {
      return;
    }
    Duration interval = current.get().options().canaryInterval();
    Verdict verdict = watch.verdict(hang, interval != null, now);
    switch (verdict) {
      case Verdict.Alive _ -> tellDoubt("");
      case Verdict.Doubtful doubtful -> tellDoubt(doubtful.evidence());
      case Verdict.Hung _ when isPaused() -> watch = watch.resumed(now);
      case Verdict.Hung hung -> {
        tellDoubt(hung.evidence());
        // That a single token of ours did not come for so long, and nothing else was owed, is sure.
        EngineSample last = watch.last();
        called = last != null && last.owed() == 0 ? Duration.ZERO : hung.silence().dividedBy(2);
        post.accept(new ServiceEvent.Hung(epoch, failure(hung)));
      }
    }
    if (interval != null && isCanaryDue(interval, hang, now)) {
      if (isPaused()) {
        alive = now;
      } else {
        send(hang, now);
      }
    }
  }

  /** Before 0.11.1 the counters do not tell that an engine was put to sleep; of pauses never. */
  private boolean isPaused() {
    return ports.engineMetrics().isPaused(served().options().port());
  }

  private Hung failure(Verdict.Hung hung) {
    Launch of = launch;
    List<String> lines =
        of == null ? List.of() : ports.serverOutput().tail(of.lease().log(), LINES);
    Evidence evidence =
        of == null ? Evidence.none() : new Evidence(lines, null, of.lease().log().toString());
    return new Hung(hung.silence(), hung.evidence(), evidence);
  }

  /** Rarely, and only where nothing else shows that it lives; a sleeping one is let sleep. */
  private boolean isCanaryDue(Duration interval, Duration hang, Duration now) {
    EngineSample sample = watch.last();
    if (watch.oursSince() != null || (sample != null && sample.asleep())) {
      return false;
    }
    return watch.isInDoubt(hang, now) || now.minus(alive).compareTo(interval) >= 0;
  }

  private void send(Duration hang, Duration now) {
    ServiceSpec spec = served();
    watch = watch.asked(now);
    // Longer than any verdict waits for it: what ends it is an answer, or the server's end.
    Duration patience = watch.limit(hang).multipliedBy(2);
    CompletableFuture<HealthCheckResult> answer =
        ports.healthProbe().answersOne(spec.options().port(), spec.model().servedName(), patience);
    canary = answer;
    if (isOver()) {
      answer.cancel(true);
    }
    var _ = answer.thenAccept(this::onAnswer);
  }

  private synchronized void onAnswer(HealthCheckResult result) {
    Duration now = ports.uptime().now();
    wasOurs = true;
    switch (result) {
      case Healthy _ -> {
        alive = now;
        watch = watch.answered(now);
      }
      case TimedOut _ -> watch = watch.unanswered();
      // Refused, 503 and the like are the health check's to judge.
      default -> {
        alive = now;
        watch = watch.unanswered();
      }
    }
    log.atDebug()
        .addKeyValue("service", current.get().name())
        .addKeyValue("result", result.describe())
        .log("canary");
  }

  private void tellLoad(EngineLoad load) {
    if (!load.equals(told)) {
      told = load;
      tell.accept(new ServiceNotice.Loaded(current.get().name(), ports.clock().instant(), load));
    }
  }

  private void tellDoubt(String evidence) {
    boolean began = doubt.isEmpty() && !evidence.isEmpty();
    boolean ended = !doubt.isEmpty() && evidence.isEmpty();
    doubt = evidence;
    if (began) {
      log.atWarn()
          .addKeyValue("service", current.get().name())
          .addKeyValue("evidence", evidence)
          .log("degraded");
    } else if (ended) {
      log.atInfo().addKeyValue("service", current.get().name()).log("works again");
    }
    if (began || ended || !evidence.isEmpty()) {
      tell.accept(
          new ServiceNotice.Degraded(current.get().name(), ports.clock().instant(), evidence));
    }
  }
}
