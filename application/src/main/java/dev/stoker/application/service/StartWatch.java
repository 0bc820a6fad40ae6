package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.ModelCache.Cached;
import dev.stoker.application.port.out.ProcessTrees.Sighting;
import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.application.port.out.StateStore.StartRecord;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.LoadSign;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.service.ServiceEvent;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one start: reads its output, tells the phases, notices that nothing moves, and finds out
 * when it serves. Looks at everything in one tick, again and again, so that it runs on virtual time
 * too; a tick never overlaps another.
 */
final class StartWatch {
  private static final Logger log = LoggerFactory.getLogger(StartWatch.class);
  private static final Duration TICK = Duration.ofMillis(25);
  private static final Duration BETWEEN_SIGHTINGS = Duration.ofSeconds(1);
  private static final Duration BETWEEN_NOTICES = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOG_LINES = Duration.ofSeconds(15);

  private static final int LINES_OF_A_START = 5000;

  private final ServiceSpec spec;
  private final Launch launch;
  private final DrivenPorts ports;
  private final InferenceProvider provider;
  private final DeviceTable devices;
  private final Consumer<ServiceEvent> post;
  private final Consumer<ServiceNotice> tell;
  private final ServerOutput.Cursor output;
  private final StallClock stalls;
  private final ReadinessCheck readiness;
  private @Nullable StartProgress progress;
  private Duration lastSighting;
  private Duration lastNotice;
  private Duration lastLogLine;

  StartWatch(
      Launch launch,
      DrivenPorts ports,
      InferenceProvider provider,
      DeviceTable devices,
      Consumer<ServiceEvent> post,
      Consumer<ServiceNotice> tell) {
    this.devices = devices;
    this.spec = launch.spec();
    this.launch = launch;
    this.ports = ports;
    this.provider = provider;
    this.post = post;
    this.tell = tell;
    this.output = ports.serverOutput().open(launch.lease().log());
    Duration now = ports.uptime().now();
    this.stalls = new StallClock(spec, launch.since(), now);
    this.readiness = new ReadinessCheck(spec, launch, ports);
    this.lastSighting = now;
    this.lastNotice = now;
    this.lastLogLine = now;
  }

  /** Asked for by the first tick, which does not keep the supervisor waiting. */
  private StartProgress progress() {
    StartProgress begun = progress;
    if (begun == null) {
      begun = new StartProgress(launch, EarlierStarts.of(launch, ports.stateStore()));
      progress = begun;
    }
    return begun;
  }

  /** The server is told to end: nothing of ours is to keep it. */
  void close() {
    readiness.close();
  }

  void begin(long epoch) {
    ports.scheduler().schedule("start-" + spec.name(), TICK, () -> tick(epoch));
  }

  private void tick(long epoch) {
    if (launch.hasEnded()) {
      return;
    }
    try {
      if (look(epoch)) {
        begin(epoch);
      }
    } catch (UncheckedIOException e) {
      // Such as too many open files: that we cannot look is no fault of the server's.
      log.atWarn()
          .addKeyValue("service", spec.name())
          .addKeyValue("problem", e.getMessage())
          .log("not looked at");
      begin(epoch);
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("service", spec.name()).log("start watch failed");
      post.accept(new ServiceEvent.StartGivenUp(epoch, new Internal(String.valueOf(e))));
    }
  }

  /** {@return whether to look again} */
  private boolean look(long epoch) {
    Duration now = ports.uptime().now();
    stalls.lookedAt(now);
    readOutput(epoch, now);
    if (now.compareTo(lastSighting.plus(BETWEEN_SIGHTINGS)) >= 0) {
      lastSighting = now;
      lookAtTree(epoch, now);
    }
    sayProgress(now);
    switch (readiness.look(now)) {
      case ReadinessCheck.Verdict.NotYet _ -> {}
      case ReadinessCheck.Verdict.Answering _ ->
          advance(epoch, LoadSign.of(LoadPhase.FIRST_ANSWER), now);
      case ReadinessCheck.Verdict.Ready _ -> {
        becomeReady(epoch, now);
        return false;
      }
      case ReadinessCheck.Verdict.Never never -> {
        post.accept(new ServiceEvent.StartGivenUp(epoch, never.why()));
        return false;
      }
    }
    Optional<Failure> stalled =
        stalls.check(
            launch.phase(), now, () -> ports.serverOutput().tail(launch.lease().log(), 20));
    stalled.ifPresent(why -> post.accept(new ServiceEvent.StartGivenUp(epoch, why)));
    return stalled.isEmpty();
  }

  private void readOutput(long epoch, Duration now) {
    long before = output.position();
    for (String line : output.next()) {
      provider.read(line).forEach(sign -> onSign(epoch, sign, now));
    }
    if (output.position() > before) {
      stalls.moved(now);
      if (launch.phase() == LoadPhase.ENVIRONMENT) {
        advance(epoch, LoadSign.of(LoadPhase.IMPORT), now);
      }
    }
  }

  /**
   * Once its weights are wanted, what is missing of a model is fetched, in silence; each worker
   * says that it wants them. Where nothing is missing they are read at once.
   */
  private void onSign(long epoch, LoadSign sign, Duration now) {
    boolean wanted = sign.phase() == LoadPhase.DOWNLOAD;
    advance(epoch, wanted && !fetches() ? LoadSign.of(LoadPhase.WEIGHTS) : sign, now);
  }

  private boolean fetches() {
    return spec.model() instanceof HubModel hub && !ports.modelCache().look(hub.id()).whole();
  }

  private void advance(long epoch, LoadSign sign, Duration now) {
    boolean further = sign.phase().compareTo(launch.phase()) > 0;
    progress().saw(sign, now);
    if (further) {
      launch.reached(sign.phase());
      stalls.moved(now);
      post.accept(new ServiceEvent.PhaseReached(epoch, sign.phase()));
    }
    if (further || sign.isCounted()) {
      tellLoading(now);
    }
  }

  private void tellLoading(Duration now) {
    lastNotice = now;
    tell.accept(
        new ServiceNotice.Loading(
            spec.name(),
            launch.phase(),
            progress().detail(),
            now.minus(launch.since()),
            progress().at(now)));
  }

  private void lookAtTree(long epoch, Duration now) {
    Sighting sighting = Observation.observe(launch, ports);
    stalls.sawProcessorTime(sighting.processorTime(), launch.phase(), now);
    if (spec.model() instanceof HubModel hub) {
      Cached cached = ports.modelCache().look(hub.id());
      stalls.sawBytes(cached.bytes(), now);
      progress().saw(cached.bytes(), now);
      if (launch.phase() == LoadPhase.DOWNLOAD && cached.whole()) {
        advance(epoch, LoadSign.of(LoadPhase.WEIGHTS), now);
      }
    }
  }

  private void sayProgress(Duration now) {
    if (now.compareTo(lastNotice.plus(BETWEEN_NOTICES)) >= 0) {
      tellLoading(now);
    }
    if (now.compareTo(lastLogLine.plus(BETWEEN_LOG_LINES)) >= 0) {
      lastLogLine = now;
      ModelLoadProgress made = progress().at(now);
      Duration left = made.remaining();
      log.atInfo()
          .addKeyValue("service", spec.name())
          .addKeyValue("phase", launch.phase().key())
          .addKeyValue("detail", progress().detail())
          .addKeyValue("percent", made.percent())
          .addKeyValue("elapsed", now.minus(launch.since()).toSeconds() + "s")
          .addKeyValue("remaining", left == null ? "unknown" : left.toSeconds() + "s")
          .log("loading");
    }
  }

  /** One that was taken over serves since it first did; that is written down with its lease. */
  private void becomeReady(long epoch, Duration now) {
    Observation.observe(launch, ports);
    Instant before = launch.lease().readyAt();
    Instant ready = before == null ? ports.clock().instant() : before;
    if (before == null) {
      launch.update(lease -> lease.readySince(ready));
      Observation.save(launch, ports);
      saveStart(epoch, now);
    }
    post.accept(new ServiceEvent.BecameReady(epoch, ready));
  }

  /** How long it took is known only of a start that was followed from its launch on. */
  private void saveStart(long epoch, Duration now) {
    if (launch.isTakenOver()) {
      return;
    }
    for (String sentence : progress().unusual(now)) {
      log.atInfo().addKeyValue("service", spec.name()).addKeyValue("what", sentence).log("unusual");
      tell.accept(new ServiceNotice.Remarked(spec.name(), ports.clock().instant(), sentence));
    }
    try {
      ports
          .stateStore()
          .appendStart(
              new StartRecord(
                  spec.name(),
                  epoch,
                  spec.model().argument(),
                  launch.engineBuild(),
                  launch.at(),
                  now.minus(launch.since()),
                  progress().timesUntil(now)),
              circumstances());
    } catch (LifecycleException e) {
      Chronicle.error(spec.name(), e.failure());
    }
  }

  /** What it was made with, and what its server reported of memory. */
  private Map<String, String> circumstances() {
    Map<String, String> all = new TreeMap<>(launch.circumstances());
    EngineInfo engine = launch.info();
    DeviceChoice choice = engine == null ? null : devices.known(spec, engine.device());
    if (engine != null && choice != null && launch.usesDevices()) {
      List<String> lines = ports.serverOutput().tail(launch.lease().log(), LINES_OF_A_START);
      all.putAll(
          StartMemory.written(
              spec.model().argument(),
              engine.describe(),
              provider.memory(spec, engine),
              RoomCheck.memories(choice.used()),
              provider.reported(lines).orElse(null)));
    }
    return all;
  }
}
