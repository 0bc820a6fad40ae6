package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.Models.PullProgress;
import dev.stoker.application.port.in.Models.PullWatcher;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.NotCached;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.ModelLoadProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it, before a server is launched, that its model is complete on this machine (FR-013,
 * FR-024, FR-025): what is missing is fetched; what cannot be had is said in seconds, and not by
 * the server after half a minute. Blocks; runs once.
 */
final class ModelPreparation {
  private static final Logger log = LoggerFactory.getLogger(ModelPreparation.class);

  /** With any of them the server takes its model, or parts of it, from where we do not look. */
  private static final Set<String> OF_THE_SERVER =
      Set.of(
          "--download-dir",
          "--revision",
          "--load-format",
          "--config-format",
          "--tokenizer",
          "--tokenizer-mode",
          "--skip-tokenizer-init",
          "--hf-config-path",
          "--quantization");

  /** With any of them the server takes its model from another place than the Hub. */
  private static final Set<String> OTHER_PLACES =
      Set.of("VLLM_USE_MODELSCOPE", "VLLM_MODEL_REDIRECT_PATH");

  private static final Duration BETWEEN_LOG_LINES = Duration.ofSeconds(15);
  private static final String TRUST = "--trust-remote-code";

  private final ServiceSpec spec;
  private final HubModel model;
  private final DrivenPorts ports;
  private final Consumer<ServiceNotice> tell;
  private final Instant startedAt;
  private final Duration since;
  private volatile boolean cancelled;

  private ModelPreparation(
      ServiceSpec spec, HubModel model, DrivenPorts ports, Consumer<ServiceNotice> tell) {
    this.spec = spec;
    this.model = model;
    this.ports = ports;
    this.tell = tell;
    this.startedAt = ports.clock().instant();
    this.since = ports.uptime().now();
  }

  /** {@return whether there is anything to see to: a model of the Hub, which a server will read} */
  static boolean isNeeded(ServiceSpec spec, DrivenPorts ports) {
    Map<String, String> environment = ports.configurationSource().environment();
    return spec.model() instanceof HubModel
        && !spec.isPractice()
        && OTHER_PLACES.stream().allMatch(name -> isOff(environment.getOrDefault(name, "")));
  }

  private static boolean isOff(String value) {
    return value.isBlank() || Set.of("0", "false").contains(value.strip().toLowerCase(Locale.ROOT));
  }

  static ModelPreparation of(ServiceSpec spec, DrivenPorts ports, Consumer<ServiceNotice> tell) {
    if (spec.model() instanceof HubModel hub) {
      return new ModelPreparation(spec, hub, ports, tell);
    }
    throw new IllegalArgumentException("'" + spec.model().argument() + "' is not of the Hub");
  }

  /** Nobody waits for it any more. */
  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** {@return the commit that a launch would serve from the cache; empty where that is not so} */
  String commitHere() {
    Snapshot here = examine();
    return here.isComplete() && !isItsOwnWay() ? here.commit() : "";
  }

  private Snapshot examine() {
    return ports.modelCache().examine(model.id(), model.revision(), isGiven(TRUST));
  }

  /** {@return whether the server takes its model, or parts of it, from where we do not look} */
  boolean isItsOwnWay() {
    return OF_THE_SERVER.stream().anyMatch(this::isGiven);
  }

  /**
   * Sees to it.
   *
   * @return the commit that is complete here; empty where the server goes its own way
   * @throws LifecycleException when the model cannot be had
   */
  String run() {
    Snapshot here = examine();
    boolean itsOwnWay = isItsOwnWay();
    if (here.isComplete()) {
      return itsOwnWay ? "" : here.commit();
    }
    if (ports.modelHub().isOffline()) {
      if (!itsOwnWay) {
        throw new LifecycleException(new NotCached(model.text(), here.missing(), Evidence.none()));
      }
      return "";
    }
    Listing listing;
    NeededFiles needed;
    try {
      listing = ports.modelHub().look(model.id(), model.revision());
      needed = ports.modelHub().needed(listing, isGiven(TRUST));
    } catch (LifecycleException e) {
      boolean nothingElse = here.folder() == null && !itsOwnWay;
      if (isRefusal(e) || (nothingElse && e.failure().code() == ErrorCode.NETWORK)) {
        throw e;
      }
      // The server may have what it needs, or know the model better.
      leave(e.failure().what());
      return "";
    }
    return itsOwnWay || !fetch(listing, needed) ? "" : listing.commit();
  }

  private static boolean isRefusal(LifecycleException problem) {
    ErrorCode code = problem.failure().code();
    return code == ErrorCode.MODEL_NOT_FOUND || code == ErrorCode.AUTHENTICATION_REQUIRED;
  }

  private void leave(Object why) {
    log.atInfo()
        .addKeyValue("service", spec.name())
        .addKeyValue("why", why)
        .log("fetching is left to the server");
  }

  private boolean isGiven(String flag) {
    return spec.arguments().stream()
        .map(argument -> argument.replaceAll("=.*", "").replace('_', '-'))
        .anyMatch(flag::equals);
  }

  /** {@return whether it is here now; otherwise that is left to the server} */
  private boolean fetch(Listing listing, NeededFiles needed) {
    if (!needed.isComplete()) {
      // It may be of a kind that only the server knows.
      leave("not found: " + needed.missing());
      return false;
    }
    if (needed.pickled()) {
      leave("its weights are Python pickles: " + needed.weights());
      return false;
    }
    List<RepoFile> files = listing.named(needed.files());
    log.atInfo()
        .addKeyValue("service", spec.name())
        .addKeyValue("model", model.text())
        .addKeyValue("commit", listing.commit())
        .addKeyValue("size", Listing.size(files))
        .log("fetching");
    ports
        .modelFetcher()
        .fetch(listing, files, new PullMeter(Listing.size(files), ports.uptime(), new Telling()));
    return true;
  }

  /** Tells who follows the start. */
  private final class Telling implements PullWatcher {
    private Duration lastLogLine = since;

    /** Called by one thread at a time: the meter sees to that. */
    @Override
    public void progress(PullProgress made) {
      Duration now = ports.uptime().now();
      if (now.compareTo(lastLogLine.plus(BETWEEN_LOG_LINES)) >= 0) {
        lastLogLine = now;
        log.atInfo()
            .addKeyValue("service", spec.name())
            .addKeyValue("there", made.there())
            .addKeyValue("total", made.total())
            .addKeyValue("per_second", made.perSecond())
            .log("fetching");
      }
      ModelLoadProgress progress =
          ModelLoadProgress.downloading(model.argument(), made.there(), made.total(), startedAt)
              .withDownload(made.there(), made.total(), made.perSecond())
              .withRemaining(made.left());
      tell.accept(
          new ServiceNotice.Loading(spec.name(), LoadPhase.FETCH, "", now.minus(since), progress));
    }

    @Override
    public void remark(String sentence) {
      tell.accept(new ServiceNotice.Remarked(spec.name(), ports.clock().instant(), sentence));
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }
}
