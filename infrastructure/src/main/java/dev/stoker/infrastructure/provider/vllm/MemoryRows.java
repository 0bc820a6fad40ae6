package dev.stoker.infrastructure.provider.vllm;

import static dev.stoker.infrastructure.provider.vllm.FailureRow.always;
import static dev.stoker.infrastructure.provider.vllm.FailureRow.atStart;

import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.Retry;
import java.util.List;

/** Memory of the device, and of a machine without one. */
final class MemoryRows {
  private static final String SMALLER =
      "shorten the context ('-- --max-model-len 8192'), use a smaller or quantised model, or spread"
          + " it over more devices (gpu.tensor_parallel_size)";

  private MemoryRows() {}

  static final List<FailureRow> ROWS =
      List.of(
          atStart(
              "VRAM_BUSY",
              "Free memory on device (?:(\\S+) )?\\(([\\d.]+)/([\\d.]+) GiB\\) on startup is less"
                  + " than desired GPU memory utilization \\(([\\d.]+), ([\\d.]+) GiB\\)",
              found ->
                  found.failure(
                      ErrorCode.NOT_ENOUGH_MEMORY,
                      (found.group(1) == null ? "the device" : found.number(1))
                          + " has "
                          + found.number(2)
                          + " of "
                          + found.number(3)
                          + " GiB free, and "
                          + found.number(5)
                          + " GiB are wanted (gpu_memory_utilization "
                          + found.number(4)
                          + ")",
                      "another process holds memory, or one that has ended has not given it back"
                          + " yet",
                      "see who holds it (nvidia-smi), end it, or lower gpu.gpu_memory_utilization",
                      Retry.AFTER_WAITING)),
          atStart(
              "CPU_MEM",
              "Available memory on node (\\d+) \\(([\\d.]+)/([\\d.]+) GiB\\) on startup is less"
                  + " than desired CPU memory utilization",
              found ->
                  found.failure(
                      ErrorCode.NOT_ENOUGH_MEMORY,
                      "this machine has "
                          + found.number(2)
                          + " of "
                          + found.number(3)
                          + " GiB of memory free, less than vLLM wants",
                      "a CPU build takes most of the memory unless it is told how much",
                      "set VLLM_CPU_KVCACHE_SPACE to the GiB that the KV cache may have, such as"
                          + " 2")),
          atStart(
              "PROFILE_RACE",
              "Error in memory profiling",
              found ->
                  found.failure(
                      ErrorCode.NOT_ENOUGH_MEMORY,
                      "the device's free memory changed while vLLM measured it",
                      "another process took or gave back memory at that moment",
                      "start servers on one device one after the other",
                      Retry.AFTER_WAITING)),
          atStart(
              "KV_TOO_SMALL",
              "max seq len \\((\\d+)\\), \\(?([\\d.]+) GiB KV cache is needed, which is larger than"
                  + " the available KV cache memory \\(([\\d.]+) GiB\\)(?:.{0,200}?estimated"
                  + " maximum model length is (\\d+))?",
              MemoryRows::kvTooSmall),
          atStart(
              "KV_NONE",
              "No available memory for the cache blocks",
              found ->
                  found.failure(
                      ErrorCode.NOT_ENOUGH_MEMORY,
                      "nothing is left for the KV cache when the weights are loaded",
                      "the model takes all that it may use of the device",
                      "raise gpu.gpu_memory_utilization (on a CPU VLLM_CPU_KVCACHE_SPACE), or "
                          + SMALLER)),
          atStart(
              "KV_TOO_SMALL_V0",
              "max seq len \\((\\d+)\\) is larger than the maximum number of tokens that can be"
                  + " stored in KV cache \\((\\d+)\\)",
              found ->
                  found.failure(
                      ErrorCode.NOT_ENOUGH_MEMORY,
                      "a context of "
                          + found.number(1)
                          + " tokens does not fit: the KV cache holds "
                          + found.number(2),
                      "the memory left beside the weights is too small for that context",
                      "'-- --max-model-len "
                          + found.number(2)
                          + "', or raise"
                          + " gpu.gpu_memory_utilization")),
          always(
              "VRAM_OOM",
              "(?:OutOfMemoryError: )?(?:CUDA|HIP) out of memory(?:\\. Tried to allocate ([\\d.]+"
                  + " \\w+))?|OutOfMemoryError|not enough GPU memory",
              found ->
                  found.failure(
                      ErrorCode.NOT_ENOUGH_MEMORY,
                      "the device's memory ran out"
                          + (found.group(1) == null
                              ? ""
                              : " when " + found.number(1) + " more were wanted"),
                      "the model, its context or its batch takes more than the device has, or"
                          + " another process holds some of it",
                      "lower gpu.gpu_memory_utilization or '-- --max-num-seqs', or " + SMALLER)),
          always(
              "HOST_MEMORY",
              "DefaultCPUAllocator: can't allocate memory|Cannot allocate memory|MemoryError",
              found ->
                  found.failure(
                      ErrorCode.NOT_ENOUGH_MEMORY,
                      "this machine's memory ran out: " + found.words(),
                      "the model needs more than is free, or a limit of the container is lower than"
                          + " the machine's memory",
                      "free memory, raise the container's limit, or " + SMALLER)));

  private static Failure kvTooSmall(Finding found) {
    String fits = found.group(4);
    return found.failure(
        ErrorCode.NOT_ENOUGH_MEMORY,
        "a context of "
            + found.number(1)
            + " tokens needs "
            + gib(found.number(2))
            + " of KV cache, and "
            + gib(found.number(3))
            + " are left"
            + (fits == null ? "" : "; " + fits + " tokens would fit"),
        "the memory left beside the weights is too small for that context",
        (fits == null
                ? "shorten the context ('-- --max-model-len …'; from vLLM 0.14 on 'auto')"
                : "'-- --max-model-len " + fits + "' (from vLLM 0.14 on 'auto' finds it)")
            + ", or raise gpu.gpu_memory_utilization");
  }

  /** vLLM rounds; a model for practice has next to none. */
  private static String gib(String rounded) {
    return (rounded.matches("0(?:\\.0+)?") ? "under 0.1" : rounded) + " GiB";
  }
}
