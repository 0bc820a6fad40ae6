package dev.stoker.infrastructure.provider.vllm;

import static dev.stoker.infrastructure.provider.vllm.FailureRow.always;
import static dev.stoker.infrastructure.provider.vllm.FailureRow.atStart;

import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.Retry;
import dev.stoker.domain.failure.ServerFailure.FlagRejected;
import dev.stoker.domain.process.PortHolder;
import java.util.List;

/** Flags, settings and addresses that the server refuses. */
final class ConfigurationRows {
  private ConfigurationRows() {}

  static final List<FailureRow> ROWS =
      List.of(
          atStart(
              "FLAG",
              "error: (unrecognized arguments:.*|argument .*: (?:invalid|expected).*|the following"
                  + " arguments are required.*|ambiguous option.*)",
              found -> new FlagRejected(found.number(1), found.evidence())),
          atStart(
              "PORT_INTERNAL",
              "ZMQError: Address already in use|EADDRINUSE",
              found ->
                  found.failure(
                      ErrorCode.PORT_IN_USE,
                      "a port that the server's own processes use among themselves was taken",
                      "two servers that start at the same time may choose the same one",
                      "start it again",
                      Retry.MAY_HELP)),
          always(
              "PORT_IN_USE",
              "\\[Errno 98\\].*ddress already in use|error while attempting to bind on address",
              found ->
                  found.evident(
                      new PortInUse(
                          found.subject().port(),
                          new PortHolder(
                              0, "another process, which took it while this one loaded")))),
          atStart(
              "ADDRESS",
              "^OSError: \\[Errno 99\\] Cannot assign requested address",
              found ->
                  rejected(
                      found,
                      "the address to listen at is none of this machine's",
                      "use 127.0.0.1, or an address that 'ip addr' lists")),
          atStart(
              "PRIVILEGED_PORT",
              "\\[Errno 13\\] error while attempting to bind",
              found ->
                  rejected(
                      found,
                      "port " + found.subject().port() + " may be listened at by root alone",
                      "choose a port from 1024 on")),
          atStart(
              "K8S_ENV",
              "VLLM_PORT '([^']{1,200})' appears to be a URI",
              found ->
                  rejected(
                      found,
                      "VLLM_PORT is '" + found.number(1) + "', which is no port",
                      "Kubernetes sets it for a service named 'vllm': rename that service, or set"
                          + " enableServiceLinks: false")),
          atStart(
              "MAX_LEN",
              "User-specified max_model_len \\((\\d+)\\) is greater than the derived max_model_len"
                  + " \\((?:max_position_embeddings=)?([\\d.]+)",
              found -> {
                String most = found.number(2).replaceFirst("\\.0*$", "");
                return rejected(
                    found,
                    "a context of " + found.number(1) + " tokens is more than the model's " + most,
                    "'-- --max-model-len " + most + "' or less");
              }),
          atStart(
              "HEADS",
              "Total number of attention heads \\((\\d+)\\) must be divisible by tensor parallel"
                  + " size \\((\\d+)\\)",
              found ->
                  rejected(
                      found,
                      "the model has "
                          + found.number(1)
                          + " attention heads, which "
                          + found.number(2)
                          + " devices cannot share evenly",
                      "set gpu.tensor_parallel_size to a divisor of " + found.number(1))),
          atStart(
              "DTYPE",
              "Bfloat16 is only supported on GPUs with compute capability of at least ([\\d.]+)",
              found ->
                  rejected(
                      found,
                      "this GPU cannot compute in bfloat16 (it needs compute capability "
                          + found.number(1)
                          + ")",
                      "'-- --dtype half'")),
          atStart(
              "QUANT",
              "Cannot find the config file for (\\w+)|Unknown quantization method"
                  + "|[Qq]uantization method .{1,120} (?:does not match|is not supported)",
              found ->
                  rejected(
                      found,
                      "the quantisation does not fit the model or the device: " + found.words(),
                      "leave '--quantization' out: vLLM reads it from the model; or choose a model"
                          + " that is quantised so")),
          atStart(
              "SLEEP_UNSUPPORTED",
              "Sleep mode is not supported on current platform",
              found ->
                  rejected(
                      found, "this device has no sleep mode", "leave '--enable-sleep-mode' out")),
          atStart(
              "BAD_NUMBER",
              "invalid literal for int\\(\\) with base 10: '([^']{0,100})'",
              found ->
                  rejected(
                      found,
                      "'"
                          + found.number(1)
                          + "' stands where a whole number is wanted, in a VLLM_*"
                          + " variable or a setting",
                      "look for that value in the environment ('env | grep VLLM_') and in args")),
          atStart(
              "START_TIMEOUT",
              "Timed out waiting for engine(?:s| core processes)|Did not receive response from"
                  + " front-end process",
              found ->
                  found.failure(
                      ErrorCode.LOAD_TIMED_OUT,
                      "the server gave up waiting for its own engine: " + found.words(),
                      "loading took longer than vLLM's own limit",
                      "raise VLLM_ENGINE_READY_TIMEOUT_S")));

  /** After all others: what such an error holds, another row may know better. */
  static final List<FailureRow> LAST =
      List.of(
          atStart(
              "SETTING",
              "\\d+ validation errors? for \\w+Config\\b",
              found ->
                  rejected(
                      found,
                      "vLLM refuses a setting: " + found.words(),
                      "correct what it names, in args or behind '--'")));

  private static Failure rejected(Finding found, String what, String remedy) {
    return found.failure(ErrorCode.CONFIGURATION_REJECTED, what, "", remedy);
  }
}
