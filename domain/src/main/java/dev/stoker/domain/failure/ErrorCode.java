package dev.stoker.domain.failure;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The error catalogue: stable codes, each with its title. New ones go to the end. */
public enum ErrorCode {
  /** VLM-001. */
  GPU_UNAVAILABLE(1, "GPU not available", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-002. */
  MODEL_NOT_FOUND(2, "model not found", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-003. */
  AUTHENTICATION_REQUIRED(3, "authentication required", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-004. */
  LOAD_TIMED_OUT(4, "model load timed out", FailureKind.TIMEOUT, Retry.MAY_HELP),
  /** VLM-005. */
  PORT_IN_USE(5, "port in use", FailureKind.RESOURCE, Retry.AFTER_WAITING),
  /** VLM-006. */
  NOT_ENOUGH_MEMORY(6, "not enough memory on the device", FailureKind.RESOURCE, Retry.POINTLESS),
  /** VLM-007. */
  ENGINE_NOT_INSTALLED(7, "vLLM is not installed", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-008. */
  UNSUPPORTED_VERSION(8, "unsupported vLLM version", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-009. */
  INVALID_CONFIGURATION(9, "invalid configuration", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-010. */
  INVALID_MODEL(10, "invalid model reference", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-011. */
  UNSUPPORTED_ARCHITECTURE(11, "unsupported model", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-012. */
  NOT_CACHED(12, "model not in the local cache", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-013. */
  DISK_FULL(13, "disk full", FailureKind.RESOURCE, Retry.POINTLESS),
  /** VLM-014. */
  MODEL_FILES_BROKEN(
      14, "model files missing or broken", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-015. */
  ENGINE_DIED(15, "the server died", FailureKind.UPSTREAM, Retry.MAY_HELP),
  /** VLM-016. */
  RESTART_LIMIT(16, "restart limit reached", FailureKind.UPSTREAM, Retry.POINTLESS),
  /** VLM-017. */
  START_TIMED_OUT(17, "no sign of life after launch", FailureKind.TIMEOUT, Retry.MAY_HELP),
  /** VLM-018. */
  SURVIVORS(18, "processes could not be ended", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-019. */
  NOT_PERMITTED(19, "not permitted in this mode", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-020. */
  FLAG_REJECTED(20, "the server rejected a flag", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-021. */
  HOME_IN_USE(21, "another Stoker owns this home", FailureKind.RESOURCE, Retry.POINTLESS),
  /** VLM-022. */
  LEFTOVER(22, "an earlier Stoker left a server behind", FailureKind.RESOURCE, Retry.POINTLESS),
  /** VLM-023. */
  STATE_UNUSABLE(23, "the state file cannot be used", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-024. */
  INSTALL_FAILED(24, "the engine could not be installed", FailureKind.ENVIRONMENT, Retry.MAY_HELP),
  /** VLM-025. */
  CANCELLED(25, "the start was cancelled", FailureKind.CANCELLED, Retry.POINTLESS),
  /** VLM-026. */
  NOT_SERVING(26, "the server does not serve as it should", FailureKind.UPSTREAM, Retry.MAY_HELP),
  /** VLM-027. */
  NETWORK(27, "the network failed", FailureKind.UPSTREAM, Retry.AFTER_WAITING),
  /** VLM-028. */
  HEALTH_LOST(28, "health checks failed", FailureKind.UPSTREAM, Retry.MAY_HELP),
  /** VLM-029. */
  LAUNCH_FAILED(29, "the server could not be launched", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-030. */
  INTERNAL(30, "an error inside Stoker", FailureKind.INTERNAL, Retry.POINTLESS),
  /** VLM-031. */
  UNKNOWN_SERVICE(31, "unknown service", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-032. */
  NO_DAEMON(32, "no daemon is running", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-033. */
  REQUEST_REFUSED(33, "the request was refused", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-034. */
  SERVICE_DIFFERS(
      34, "the service runs with other settings", FailureKind.RESOURCE, Retry.POINTLESS),
  /** VLM-035. */
  HUNG(35, "the server hangs", FailureKind.UPSTREAM, Retry.MAY_HELP),
  /** VLM-036. */
  CONFIGURATION_REJECTED(
      36, "the server rejected its configuration", FailureKind.INVALID_INPUT, Retry.POINTLESS),
  /** VLM-037. */
  DEVICES_DISCONNECTED(
      37, "communication between devices failed", FailureKind.UPSTREAM, Retry.MAY_HELP),
  /** VLM-038. */
  GPU_FAULT(38, "the GPU failed", FailureKind.UPSTREAM, Retry.MAY_HELP),
  /** VLM-039. */
  COMPILE_FAILED(39, "compiling the model failed", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-040. */
  BROKEN_ENVIRONMENT(
      40, "the engine's environment is broken", FailureKind.ENVIRONMENT, Retry.POINTLESS),
  /** VLM-041. */
  LIMIT_REACHED(41, "a limit of this machine was reached", FailureKind.RESOURCE, Retry.MAY_HELP),
  /** VLM-042. */
  ANSWER_CUT(42, "the answer was ended early", FailureKind.CANCELLED, Retry.MAY_HELP);

  private final int number;
  private final String title;
  private final FailureKind kind;
  private final Retry retry;

  ErrorCode(int number, String title, FailureKind kind, Retry retry) {
    this.number = number;
    this.title = title;
    this.kind = kind;
    this.retry = retry;
  }

  /** {@return the stable code, such as {@code VLM-005}} */
  public String code() {
    return String.format(Locale.ROOT, "VLM-%03d", number);
  }

  /** {@return the row of that code, such as {@code VLM-005}; or empty} */
  public static Optional<ErrorCode> parse(String code) {
    return Arrays.stream(values()).filter(row -> row.code().equals(code)).findFirst();
  }

  /** {@return a few words, lower case, no full stop} */
  public String title() {
    return title;
  }

  /** {@return what sort of failure it is} */
  public FailureKind kind() {
    return kind;
  }

  /** {@return whether starting again can help} */
  public Retry retry() {
    return retry;
  }
}
