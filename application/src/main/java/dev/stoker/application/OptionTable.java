package dev.stoker.application;

import dev.stoker.application.OptionSpec.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every option of a vLLM service (FR-036 to FR-042), in the order of the documentation. */
public final class OptionTable {
  /** The key of the model. */
  public static final String MODEL = "model";

  /** The key of the port. */
  public static final String PORT = "port";

  /** The key of the engine. */
  public static final String ENGINE = "engine";

  /** The key of the further arguments. */
  public static final String ARGS = "args";

  static final String ALIASES = "aliases";
  static final String UTILIZATION = "gpu.gpu_memory_utilization";
  static final String TENSOR_PARALLEL = "gpu.tensor_parallel_size";
  static final String PIPELINE_PARALLEL = "gpu.pipeline_parallel_size";
  static final String DEVICES = "gpu.devices";
  static final String MODE = "lifecycle.mode";
  static final String START_TIMEOUT = "lifecycle.start_timeout_seconds";
  static final String LOAD_TIMEOUT = "lifecycle.model_load_timeout_seconds";
  static final String TOTAL_TIMEOUT = "lifecycle.total_start_timeout_seconds";
  static final String HEALTH_INTERVAL = "lifecycle.health_check_interval_seconds";
  static final String HANG_TIMEOUT = "lifecycle.hang_timeout_seconds";
  static final String CANARY_INTERVAL = "lifecycle.canary_interval_seconds";
  static final String INCIDENT_COMMAND = "lifecycle.incident_command";
  static final String INCIDENT_URL = "lifecycle.incident_url";
  static final String DRAIN_TIMEOUT = "lifecycle.drain_timeout_seconds";
  static final String IDLE_TIMEOUT = "lifecycle.idle_timeout_seconds";
  static final String KEEP_ALIVE = "lifecycle.keep_alive";
  static final String STOP_TIMEOUT = "lifecycle.stop_timeout_seconds";
  static final String MAX_RESTARTS = "lifecycle.max_restarts_per_minute";
  static final String RESTART_DELAY = "lifecycle.restart_delay_seconds";
  static final String STOP_ON_EXIT = "lifecycle.stop_on_exit";
  static final String START = "lifecycle.start";

  private static final List<OptionSpec> ROWS =
      List.of(
          new OptionSpec(
              MODEL,
              "--model",
              "VLLM_MODEL",
              Kind.TEXT,
              "",
              "Hub id (org/name), folder (beginning with /, ./, ../ or ~/) or 'demo'."),
          new OptionSpec(
              PORT, "--port", "VLLM_PORT", Kind.PORT, "8000", "Port of the server, on 127.0.0.1."),
          new OptionSpec(
              ENGINE,
              "--engine",
              null,
              Kind.TEXT,
              "",
              "Python, virtual environment or vllm command to use instead of the one found;"
                  + " 'practice' for the stand-in that is no model."),
          new OptionSpec(
              ARGS,
              null,
              null,
              Kind.TEXTS,
              "",
              "Further arguments for vLLM; on the command line behind --."),
          new OptionSpec(
              ALIASES,
              "--aliases",
              null,
              Kind.NAMES,
              "",
              "Further names by which clients may ask for the model, such as gpt-4o."),
          new OptionSpec(
              UTILIZATION,
              "--gpu-memory-utilization",
              null,
              Kind.SHARE,
              "0.9",
              "Share of each GPU's memory that the server may use."),
          new OptionSpec(
              TENSOR_PARALLEL,
              "--tensor-parallel-size",
              null,
              Kind.COUNT,
              "1",
              "Devices that share each layer."),
          new OptionSpec(
              PIPELINE_PARALLEL,
              "--pipeline-parallel-size",
              null,
              Kind.COUNT,
              "1",
              "Devices that share the layers out."),
          new OptionSpec(
              DEVICES,
              "--devices",
              null,
              Kind.DEVICES,
              "",
              "Devices the server may see; all of them when left out."),
          new OptionSpec(
              MODE, "--mode", null, Kind.MODE, "managed", "Who owns the server's process."),
          new OptionSpec(
              START_TIMEOUT,
              "--start-timeout",
              null,
              Kind.DURATION,
              "30",
              "From launch to the first sign of life: output, or processor time used."),
          new OptionSpec(
              LOAD_TIMEOUT,
              "--model-load-timeout",
              null,
              Kind.DURATION,
              "300",
              "Longest time without progress in any phase of loading (at most 180 s of it while"
                  + " importing and starting the engine)."),
          new OptionSpec(
              TOTAL_TIMEOUT,
              "--total-start-timeout",
              null,
              Kind.DURATION,
              "",
              "Longest time for a whole start, even one that still moves; off by default."),
          new OptionSpec(
              HEALTH_INTERVAL,
              "--health-check-interval",
              null,
              Kind.DURATION,
              "60",
              "Time between health checks of a running server."),
          new OptionSpec(
              HANG_TIMEOUT,
              "--hang-timeout",
              null,
              Kind.DURATION_OR_OFF,
              "120",
              "Silence of a server that owes work until it counts as hung and is restarted; longer"
                  + " where this model was seen to pause for long."),
          new OptionSpec(
              CANARY_INTERVAL,
              "--canary-interval",
              null,
              Kind.DURATION_OR_OFF,
              "300",
              "When nothing else has shown for so long that the model answers, it is asked for one"
                  + " token."),
          new OptionSpec(
              DRAIN_TIMEOUT,
              "--drain-timeout",
              null,
              Kind.DURATION_OR_OFF,
              "30",
              "How long requests under way through the gateway may take to finish before a stop, a"
                  + " restart or a switch; then they are ended."),
          new OptionSpec(
              IDLE_TIMEOUT,
              "--idle-timeout",
              null,
              Kind.DURATION_OR_OFF,
              "off",
              "How long without a request, through the gateway or by the engine's own counters,"
                  + " until the server is stopped; the next request starts it again."),
          new OptionSpec(
              KEEP_ALIVE,
              "--keep-alive",
              null,
              Kind.BOOLEAN,
              "false",
              "Whether it is kept running for nobody, whatever the idle timeout of all says."),
          new OptionSpec(
              STOP_TIMEOUT,
              "--stop-timeout",
              null,
              Kind.DURATION,
              "10",
              "From SIGTERM to SIGKILL when stopping."),
          new OptionSpec(
              MAX_RESTARTS,
              "--max-restarts-per-minute",
              null,
              Kind.RESTARTS,
              "3",
              "Automatic restarts allowed in any 60 seconds."),
          new OptionSpec(
              RESTART_DELAY,
              "--restart-delay",
              null,
              Kind.RESTART_DELAY,
              "2",
              "Wait before an automatic restart; doubled while launches fail in a row."),
          new OptionSpec(
              STOP_ON_EXIT,
              "--stop-on-exit",
              null,
              Kind.BOOLEAN,
              "false",
              "Whether the daemon stops the server when it ends; 'up' always does."),
          new OptionSpec(
              INCIDENT_COMMAND,
              null,
              null,
              Kind.TEXT,
              "",
              "Shell command that is run for each incident, with the incident as JSON on its"
                  + " standard input; ended after 10 s, tried 3 times."),
          new OptionSpec(
              INCIDENT_URL,
              null,
              null,
              Kind.URL,
              "",
              "Where each incident is posted to as JSON; given up after 10 s, tried 3 times."),
          new OptionSpec(
              START,
              null,
              null,
              Kind.START,
              "lazy",
              "When the daemon starts it: 'lazy' when it is first needed or by hand, 'eager' with"
                  + " the daemon."));

  private static final Map<String, OptionSpec> BY_KEY =
      ROWS.stream().collect(Collectors.toUnmodifiableMap(OptionSpec::key, Function.identity()));

  private OptionTable() {}

  /** {@return every option, in the order of the documentation} */
  public static List<OptionSpec> rows() {
    return ROWS;
  }

  /** {@return the option of that key} */
  public static Optional<OptionSpec> find(String key) {
    return Optional.ofNullable(BY_KEY.get(key));
  }
}
