package dev.stoker.domain.failure;

import dev.stoker.domain.fit.FitEstimate.Cure;
import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.Xid;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** What can be wrong with accelerators and their memory. */
public sealed interface DeviceFailure extends Failure {
  /**
   * There is no usable accelerator (FR-046).
   *
   * @param problem the server's or the tool's own words
   * @param evidence what said so
   */
  record GpuUnavailable(String problem, Evidence evidence) implements DeviceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.GPU_UNAVAILABLE;
    }

    @Override
    public String what() {
      return "the server found no usable GPU: " + problem;
    }

    @Override
    public String cause() {
      return "no GPU, no driver, or a vLLM built for another kind of device";
    }

    @Override
    public String remedy() {
      return "run nvidia-smi (or rocm-smi) to see what the driver sees; without a GPU use a CPU"
          + " build: stoker engine install vllm --device cpu";
    }
  }

  /**
   * The driver cannot be used (FR-012, FR-046).
   *
   * @param source what was asked, and what it said; it has a trouble
   */
  record DriverUnusable(GpuSource source) implements DeviceFailure {
    private GpuTrouble trouble() {
      return Objects.requireNonNull(source.trouble());
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.GPU_UNAVAILABLE;
    }

    @Override
    public String what() {
      String said =
          source.said().isEmpty() ? "" : ": " + source.tool() + " says '" + source.said() + "'";
      return "there is no usable " + source.vendor().printed() + " GPU here" + said;
    }

    @Override
    public String cause() {
      return trouble().printed();
    }

    @Override
    public String remedy() {
      return trouble().advice()
          + "; '"
          + source.vendor().command()
          + "' shows it; without a GPU use a CPU build: stoker engine install vllm --device cpu";
    }
  }

  /**
   * Devices were named that are not here (FR-006).
   *
   * @param missing the names
   * @param origin where they were named, such as {@code gpu.devices}
   * @param here what there is, a line each
   */
  record DevicesMissing(List<String> missing, String origin, List<String> here)
      implements DeviceFailure {
    /** Copies the lists. */
    public DevicesMissing {
      missing = List.copyOf(missing);
      here = List.copyOf(here);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.GPU_UNAVAILABLE;
    }

    @Override
    public String what() {
      return origin
          + " names "
          + missing.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "))
          + ", which "
          + (missing.size() == 1 ? "is" : "are")
          + " not here; here "
          + (here.size() == 1 ? "is " : "are ")
          + String.join(", ", here);
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "name devices by their number or uuid as 'stoker gpus' shows them";
    }
  }

  /**
   * It is to run on more devices than it may use (FR-029, FR-030).
   *
   * @param wanted how many
   * @param usable how many it may
   */
  record TooFewDevices(int wanted, int usable) implements DeviceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.GPU_UNAVAILABLE;
    }

    @Override
    public String what() {
      return "it is to run on " + wanted + " GPUs, and may use " + usable;
    }

    @Override
    public String cause() {
      return "tensor_parallel_size times pipeline_parallel_size is more than this machine,"
          + " gpu.devices or CUDA_VISIBLE_DEVICES has";
    }

    @Override
    public String remedy() {
      return "lower gpu.tensor_parallel_size or gpu.pipeline_parallel_size, or give it more"
          + " gpu.devices; 'stoker gpus' shows what there is";
    }
  }

  /**
   * A device is there and cannot be used.
   *
   * @param device which
   * @param condition what is wrong
   * @param said what its driver reported of it lately; empty when nothing
   */
  record DeviceBroken(String device, GpuCondition condition, String said) implements DeviceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.GPU_FAULT;
    }

    @Override
    public String what() {
      return device + ": " + condition.printed() + (said.isEmpty() ? "" : "; " + said);
    }

    @Override
    public String cause() {
      return "the driver says so; broken memory, power or bus";
    }

    @Override
    public String remedy() {
      String cure =
          condition == GpuCondition.NEEDS_RESET
              ? "reset it ('nvidia-smi --gpu-reset') or reboot"
              : "reboot";
      return cure + "; 'dmesg | grep -i xid' tells more; leave it out with gpu.devices meanwhile";
    }

    /** Nothing that Stoker does brings it back. */
    @Override
    public Retry retry() {
      return Retry.POINTLESS;
    }
  }

  /**
   * The server ended while the driver reported an error that lasts (Xid).
   *
   * @param xid what it reported
   */
  record DriverReported(Xid xid) implements DeviceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.GPU_FAULT;
    }

    @Override
    public String what() {
      return "the GPU failed under the server; its driver reported " + xid;
    }

    @Override
    public String cause() {
      return "broken memory, power, link or bus; most often not the model's fault";
    }

    @Override
    public String remedy() {
      String cure =
          xid.gravity() == Xid.Gravity.REBOOT
              ? "reboot"
              : "reset the GPU ('nvidia-smi --gpu-reset', with nothing running on it) or reboot";
      return cure + ", then start it by hand; replace the GPU when it happens again";
    }

    /** Until then every start on it fails. */
    @Override
    public Retry retry() {
      return Retry.POINTLESS;
    }
  }

  /**
   * Others hold so much of a device that the server would refuse (VLM-006).
   *
   * @param device which
   * @param free what is free of it
   * @param wanted what the server insists on
   * @param holders who holds the rest, as far as that can be told
   */
  record DeviceMemoryTaken(String device, ByteSize free, ByteSize wanted, List<GpuHolder> holders)
      implements DeviceFailure {
    /** Copies the list. */
    public DeviceMemoryTaken {
      holders = List.copyOf(holders);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.NOT_ENOUGH_MEMORY;
    }

    @Override
    public String what() {
      String held =
          holders.isEmpty()
              ? "; who holds the rest cannot be told"
              : "; "
                  + holders.stream().map(GpuHolder::describe).collect(Collectors.joining(", "))
                  + (holders.size() == 1 ? " holds it" : " hold it");
      return device + " has " + free + " free, and the server insists on " + wanted + held;
    }

    @Override
    public String cause() {
      return "vLLM takes its share of the device's memory at once, whatever the model";
    }

    @Override
    public String remedy() {
      return "end what holds the memory, lower --gpu-memory-utilization, or choose another device"
          + " (gpu.devices)";
    }

    /**
     * Memory of the dead is given back; that of the living is not. The dead have no name any more.
     */
    @Override
    public Retry retry() {
      long living =
          holders.stream()
              .filter(each -> !each.name().isEmpty() && each.held() != null)
              .mapToLong(each -> Objects.requireNonNull(each.held()).bytes())
              .sum();
      return living >= wanted.bytes() - free.bytes() ? Retry.POINTLESS : Retry.AFTER_WAITING;
    }
  }

  /**
   * The model cannot fit, whatever the server takes beside it (FR-028, VLM-006).
   *
   * @param model which
   * @param problem why, with numbers
   * @param cures changes that each make it fit
   */
  record ModelTooLarge(String model, String problem, List<Cure> cures) implements DeviceFailure {
    /** Copies the list. */
    public ModelTooLarge {
      cures = List.copyOf(cures);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.NOT_ENOUGH_MEMORY;
    }

    @Override
    public String what() {
      return "'" + model + "' does not fit: " + problem;
    }

    @Override
    public String cause() {
      return "weights and one request of full length are more than the device has";
    }

    @Override
    public String remedy() {
      return cures.isEmpty()
          ? "choose a smaller or a quantized model; 'stoker fit' shows the numbers"
          : "it would fit with "
              + cures.stream().map(Cure::describe).collect(Collectors.joining(", or with "))
              + "; 'stoker fit' shows the numbers";
    }
  }

  /**
   * Weights or key-value cache do not fit.
   *
   * @param problem the server's own words
   * @param evidence what said so
   */
  record NotEnoughMemory(String problem, Evidence evidence) implements DeviceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.NOT_ENOUGH_MEMORY;
    }

    @Override
    public String what() {
      return "the model does not fit into the device's memory: " + problem;
    }

    @Override
    public String cause() {
      return "the model, its context length or another process takes more than there is";
    }

    @Override
    public String remedy() {
      return "shorten the context ('-- --max-model-len 8192'), raise --gpu-memory-utilization,"
          + " spread over more devices (--tensor-parallel-size), or end what holds the memory";
    }
  }

  /**
   * Another service has the devices; nothing is evicted.
   *
   * @param devices which, as configured
   * @param holder whose they are
   */
  record DevicesHeld(String devices, ServiceName holder) implements DeviceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.NOT_ENOUGH_MEMORY;
    }

    @Override
    public String what() {
      return devices
          + " "
          + (devices.contains(",") ? "are" : "is")
          + " held by service '"
          + holder
          + "'";
    }

    @Override
    public String cause() {
      return "two services never share a device, and nothing is stopped to make room";
    }

    @Override
    public String remedy() {
      return "stop it ('stoker stop " + holder + "'), or give the two different gpu.devices";
    }
  }
}
