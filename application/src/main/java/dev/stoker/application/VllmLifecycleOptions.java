package dev.stoker.application;

import dev.stoker.domain.config.Violation;
import dev.stoker.domain.restart.RestartPolicy;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.LifecyclePolicy;
import dev.stoker.domain.unit.Port;
import dev.stoker.domain.unit.Utilization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a vLLM service is to be run (FR-004, FR-036). Defaults and rules stand in {@link
 * OptionTable}.
 *
 * @param mode who owns the process; managed by default
 * @param port of the server; 8000 by default
 * @param gpuMemoryUtilization 0.9 by default
 * @param tensorParallelSize 1 by default
 * @param pipelineParallelSize 1 by default
 * @param devices which it may see; empty means all
 * @param aliases further names of its model; none by default
 * @param startTimeout to the first sign of life; 30 s by default
 * @param modelLoadTimeout longest time without progress; 300 s by default
 * @param totalStartTimeout longest whole start, null (the default) for no limit
 * @param healthCheckInterval 60 s by default
 * @param hangTimeout silence that counts as a hang, null for never; 120 s by default
 * @param canaryInterval when an idle server is asked for a token, null for never; 300 s by default
 * @param drainTimeout how long requests may take to finish before a planned end, null for not at
 *     all; 30 s by default
 * @param idleTimeout time without requests until it is stopped, null (the default) for never
 * @param keepAlive whether it is never stopped for being idle; false by default
 * @param stopTimeout from SIGTERM to SIGKILL; 10 s by default
 * @param maxRestartsPerMinute 1 to 10, 3 by default
 * @param restartDelay at least 2 s, the default
 * @param stopOnExit whether a daemon's end stops it; false by default
 * @param incidentCommand run for each incident, by the shell; empty for none
 * @param incidentUrl where each incident is posted to; empty for nowhere
 * @param start when a daemon starts it; lazy by default
 */
public record VllmLifecycleOptions(
    LifecycleMode mode,
    Port port,
    Utilization gpuMemoryUtilization,
    int tensorParallelSize,
    int pipelineParallelSize,
    List<String> devices,
    List<String> aliases,
    Duration startTimeout,
    Duration modelLoadTimeout,
    @Nullable Duration totalStartTimeout,
    Duration healthCheckInterval,
    @Nullable Duration hangTimeout,
    @Nullable Duration canaryInterval,
    @Nullable Duration drainTimeout,
    @Nullable Duration idleTimeout,
    boolean keepAlive,
    Duration stopTimeout,
    int maxRestartsPerMinute,
    Duration restartDelay,
    boolean stopOnExit,
    String incidentCommand,
    String incidentUrl,
    StartPolicy start) {

  /** Copies the lists. */
  public VllmLifecycleOptions {
    devices = List.copyOf(devices);
    aliases = List.copyOf(aliases);
  }

  /** {@return every default} */
  public static VllmLifecycleOptions defaults() {
    return from(Map.of());
  }

  /**
   * Makes options of texts by key; what is missing takes its default.
   *
   * @param texts texts by the key of {@link OptionTable}, each accepted by {@link #validate}
   * @throws IllegalArgumentException when a text is not allowed
   */
  public static VllmLifecycleOptions from(Map<String, String> texts) {
    List<Violation> violations = validate(texts, _ -> "given");
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException(violations.toString());
    }
    Function<String, String> text = key -> texts.getOrDefault(key, defaultOf(key));
    return new VllmLifecycleOptions(
        LifecycleMode.parse(text.apply(OptionTable.MODE)).orElseThrow(),
        new Port(number(text.apply(OptionTable.PORT))),
        OptionSpec.share(text.apply(OptionTable.UTILIZATION)).orElseThrow(),
        number(text.apply(OptionTable.TENSOR_PARALLEL)),
        number(text.apply(OptionTable.PIPELINE_PARALLEL)),
        list(text.apply(OptionTable.DEVICES)),
        list(text.apply(OptionTable.ALIASES)),
        duration(text.apply(OptionTable.START_TIMEOUT)),
        duration(text.apply(OptionTable.LOAD_TIMEOUT)),
        OptionSpec.duration(text.apply(OptionTable.TOTAL_TIMEOUT)).orElse(null),
        duration(text.apply(OptionTable.HEALTH_INTERVAL)),
        OptionSpec.duration(text.apply(OptionTable.HANG_TIMEOUT)).orElse(null),
        OptionSpec.duration(text.apply(OptionTable.CANARY_INTERVAL)).orElse(null),
        OptionSpec.duration(text.apply(OptionTable.DRAIN_TIMEOUT)).orElse(null),
        OptionSpec.duration(text.apply(OptionTable.IDLE_TIMEOUT)).orElse(null),
        flag(text.apply(OptionTable.KEEP_ALIVE)),
        duration(text.apply(OptionTable.STOP_TIMEOUT)),
        number(text.apply(OptionTable.MAX_RESTARTS)),
        duration(text.apply(OptionTable.RESTART_DELAY)),
        flag(text.apply(OptionTable.STOP_ON_EXIT)),
        text.apply(OptionTable.INCIDENT_COMMAND),
        text.apply(OptionTable.INCIDENT_URL).strip(),
        StartPolicy.parse(text.apply(OptionTable.START)).orElseThrow());
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
  }

  /** {@return the same with another port} */
  public VllmLifecycleOptions withPort(Port other) {
    Map<String, String> texts = new HashMap<>(texts());
    texts.put(OptionTable.PORT, other.toString());
    return from(texts);
  }

  /**
   * {@return every option as text by the key of {@link OptionTable}; {@link #from} makes the same
   * options of it}
   */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(OptionTable.PORT, port.toString());
    texts.put(OptionTable.UTILIZATION, gpuMemoryUtilization.toString());
    texts.put(OptionTable.TENSOR_PARALLEL, Integer.toString(tensorParallelSize));
    texts.put(OptionTable.PIPELINE_PARALLEL, Integer.toString(pipelineParallelSize));
    if (!devices.isEmpty()) {
      texts.put(OptionTable.DEVICES, String.join(",", devices));
    }
    if (!aliases.isEmpty()) {
      texts.put(OptionTable.ALIASES, String.join(",", aliases));
    }
    texts.put(OptionTable.MODE, mode.printed());
    texts.put(OptionTable.START_TIMEOUT, millis(startTimeout));
    texts.put(OptionTable.LOAD_TIMEOUT, millis(modelLoadTimeout));
    if (totalStartTimeout != null) {
      texts.put(OptionTable.TOTAL_TIMEOUT, millis(totalStartTimeout));
    }
    texts.put(OptionTable.HEALTH_INTERVAL, millis(healthCheckInterval));
    texts.put(OptionTable.HANG_TIMEOUT, millisOrOff(hangTimeout));
    texts.put(OptionTable.CANARY_INTERVAL, millisOrOff(canaryInterval));
    texts.put(OptionTable.DRAIN_TIMEOUT, millisOrOff(drainTimeout));
    texts.put(OptionTable.IDLE_TIMEOUT, millisOrOff(idleTimeout));
    texts.put(OptionTable.KEEP_ALIVE, Boolean.toString(keepAlive));
    texts.put(OptionTable.STOP_TIMEOUT, millis(stopTimeout));
    texts.put(OptionTable.MAX_RESTARTS, Integer.toString(maxRestartsPerMinute));
    texts.put(OptionTable.RESTART_DELAY, millis(restartDelay));
    texts.put(OptionTable.STOP_ON_EXIT, Boolean.toString(stopOnExit));
    if (!incidentCommand.isEmpty()) {
      texts.put(OptionTable.INCIDENT_COMMAND, incidentCommand);
    }
    if (!incidentUrl.isEmpty()) {
      texts.put(OptionTable.INCIDENT_URL, incidentUrl);
    }
    texts.put(OptionTable.START, start.printed());
    return texts;
  }

  private static String millisOrOff(@Nullable Duration duration) {
    return duration == null ? OptionSpec.OFF : millis(duration);
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }

  /**
   * {@return every violation in the texts, in the order of the table; empty when all is well}
   *
   * @param texts texts by the key of {@link OptionTable}; other keys are not looked at
   * @param origin where the text of a key came from, for the message
   */
  public static List<Violation> validate(
      Map<String, String> texts, Function<String, String> origin) {
    List<Violation> violations = new ArrayList<>();
    for (OptionSpec spec : OptionTable.rows()) {
      String text = texts.get(spec.key());
      if (text != null && !spec.accepts(text)) {
        violations.add(
            new Violation(
                spec.key(), text, "must be " + spec.kind().allowed(), origin.apply(spec.key())));
      }
    }
    return violations;
  }

  /**
   * {@return what the machine needs to know of these options}
   *
   * @param salt spreads the restarts of a service apart from those of others
   */
  public LifecyclePolicy policy(long salt) {
    return new LifecyclePolicy(
        mode,
        drainTimeout == null ? Duration.ZERO : drainTimeout,
        stopTimeout,
        healthCheckInterval,
        new RestartPolicy(maxRestartsPerMinute, restartDelay, salt));
  }

  private static String defaultOf(String key) {
    return OptionTable.find(key).map(OptionSpec::defaultText).orElseThrow();
  }

  private static boolean flag(String text) {
    return Boolean.parseBoolean(text.toLowerCase(Locale.ROOT));
  }

  private static int number(String text) {
    return Math.toIntExact(OptionSpec.whole(text).orElseThrow());
  }

  private static Duration duration(String text) {
    Optional<Duration> parsed = OptionSpec.duration(text);
    return parsed.orElseThrow();
  }
}
