package dev.stoker.infrastructure.provider.vllm;

import static dev.stoker.infrastructure.provider.vllm.FailureRow.always;
import static dev.stoker.infrastructure.provider.vllm.FailureRow.atStart;

import dev.stoker.domain.failure.DeviceFailure.GpuUnavailable;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Retry;
import java.util.List;

/** Devices, their drivers, and what they say to each other. */
final class DeviceRows {
  private static final String LOOK = "run nvidia-smi (or rocm-smi) to see what the driver sees; ";

  private DeviceRows() {}

  static final List<FailureRow> ROWS =
      List.of(
          atStart(
              "DRIVER",
              "Driver/library version mismatch|driver on your system is too old"
                  + "|CUDA driver version is insufficient",
              found ->
                  found.failure(
                      ErrorCode.GPU_UNAVAILABLE,
                      "the GPU's driver does not fit: " + found.words(),
                      "the driver was updated without a reboot, or is older than this vLLM needs",
                      LOOK + "reboot after a driver update, or install a newer driver")),
          atStart(
              "GPU_TOO_OLD",
              "no kernel image is available for execution|compiled with an unsupported toolchain"
                  + "|requires compute capability",
              found ->
                  found.failure(
                      ErrorCode.GPU_UNAVAILABLE,
                      "this vLLM was not built for this GPU: " + found.words(),
                      "the GPU is older or newer than what the build supports",
                      "install another version of vLLM ('stoker engine install vllm --version"
                          + " …')")),
          atStart(
              "NO_DEVICE",
              "Failed to infer device type|No CUDA GPUs are available|Found no NVIDIA driver"
                  + "|no CUDA-capable device is detected|No HIP GPUs are available",
              found -> new GpuUnavailable(found.words(), found.evidence())),
          atStart(
              "TOO_FEW_GPUS",
              "World size \\((\\d+)\\) is larger than the number of available GPUs \\((\\d+)\\)"
                  + "|Tensor parallel size \\((\\d+)\\) cannot be larger than the number of"
                  + " available GPUs \\((\\d+)\\)",
              found -> {
                boolean world = found.group(1) != null;
                return found.failure(
                    ErrorCode.GPU_UNAVAILABLE,
                    "it was to use "
                        + found.number(world ? 1 : 3)
                        + " GPUs, and there are "
                        + found.number(world ? 2 : 4),
                    "tensor_parallel_size times pipeline_parallel_size is more than this machine,"
                        + " or gpu.devices, has",
                    "lower gpu.tensor_parallel_size or gpu.pipeline_parallel_size, or give it more"
                        + " gpu.devices");
              }),
          atStart(
              "TOO_FEW_GPUS_OTHERWISE",
              "Unable to load Ray|Cannot provide a placement group|invalid device ordinal"
                  + "|adjusted local rank \\d+ is out of bounds",
              found ->
                  found.failure(
                      ErrorCode.GPU_UNAVAILABLE,
                      "it was to use more GPUs than there are: " + found.words(),
                      "tensor_parallel_size times pipeline_parallel_size is more than this machine,"
                          + " or gpu.devices, has",
                      "lower gpu.tensor_parallel_size or gpu.pipeline_parallel_size, or give it"
                          + " more gpu.devices")),
          always(
              "GPU_HARDWARE",
              "uncorrectable ECC error|GPU is lost|GPU has fallen off the bus",
              found ->
                  found.failure(
                      ErrorCode.GPU_FAULT,
                      "the GPU itself failed: " + found.words(),
                      "broken memory, power or bus",
                      "look into the kernel's log for 'Xid' ('dmesg | grep -i xid'); reset the GPU"
                          + " or reboot, and replace it when it happens again",
                      Retry.POINTLESS)),
          always(
              "GPU_FAULT",
              "illegal memory access was encountered|unspecified launch failure"
                  + "|device-side assert|CUDA error: unknown error|HIP error: ",
              found ->
                  found.failure(
                      ErrorCode.GPU_FAULT,
                      "a computation on the GPU failed: " + found.words(),
                      "most often a fault in vLLM or a kernel with this model, seldom the GPU",
                      "when it comes again, try another version of vLLM, '-- --enforce-eager', and"
                          + " 'dmesg | grep -i xid' for what the driver says")),
          always(
              "SHARED_MEMORY",
              "creating shared memory segment|/dev/shm/nccl|Bus error|shm_open.{0,80}(?:No"
                  + " space|failed)",
              found ->
                  found.failure(
                      ErrorCode.LIMIT_REACHED,
                      "shared memory ran out: " + found.words(),
                      "/dev/shm is too small or full; a container has 64 MiB of it",
                      "'df -h /dev/shm'; in a container use --shm-size=8g or --ipc=host; 'stoker"
                          + " sweep' removes what dead servers left")),
          always(
              "NCCL",
              "NCCL error|ncclCommInitRank|ncclInternalError|ncclSystemError|ncclUnhandledCudaError"
                  + "|Watchdog caught collective operation timeout|ProcessGroupNCCL's watchdog got"
                  + " stuck",
              found ->
                  found.failure(
                      ErrorCode.DEVICES_DISCONNECTED,
                      "the GPUs could not talk to each other: " + found.words(),
                      "a worker died or hangs, /dev/shm is small, or peer access does not work on"
                          + " this machine",
                      "in a container use --ipc=host; try NCCL_P2P_DISABLE=1; NCCL_DEBUG=INFO tells"
                          + " more")),
          always(
              "RPC_TIMEOUT",
              "RPC call to (\\w+) timed out",
              found ->
                  found.failure(
                      ErrorCode.DEVICES_DISCONNECTED,
                      "a worker did not answer '" + found.number(1) + "' in time",
                      "a GPU, its driver or NCCL hangs",
                      "it is started again; when it comes again see 'dmesg | grep -i xid' and"
                          + " NCCL_DEBUG=INFO")));
}
