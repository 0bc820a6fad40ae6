package dev.stoker.domain.failure;

import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;

/** What can be missing or taken on the machine. */
public sealed interface ResourceFailure extends Failure {
  /**
   * There is no usable accelerator (FR-046).
   *
   * @param problem the server's or the tool's own words
   * @param evidence what said so
   */
  record GpuUnavailable(String problem, Evidence evidence) implements ResourceFailure {
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
   * Somebody else has the port (FR-043).
   *
   * @param port which
   * @param holder who
   */
  record PortInUse(Port port, PortHolder holder) implements ResourceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.PORT_IN_USE;
    }

    @Override
    public String what() {
      return "port " + port + " is in use by " + holder.describe();
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      String end = holder.pid() == 0 ? "" : ", or end pid " + holder.pid();
      return "choose another port (--port, VLLM_PORT or providers.vllm.port)" + end;
    }
  }

  /**
   * Weights or key-value cache do not fit.
   *
   * @param problem the server's own words
   * @param evidence what said so
   */
  record NotEnoughMemory(String problem, Evidence evidence) implements ResourceFailure {
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
  record DevicesHeld(String devices, ServiceName holder) implements ResourceFailure {
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

  /**
   * No space left.
   *
   * @param where the folder or file system
   * @param detail the numbers, or the words that said so
   */
  record DiskFull(String where, String detail) implements ResourceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.DISK_FULL;
    }

    @Override
    public String what() {
      return "not enough space in " + where + ": " + detail;
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "free space there, or set STOKER_HOME (engines, state) or HF_HOME (models) to a larger"
          + " disk";
    }
  }

  /**
   * Something could not be reached.
   *
   * @param problem what, and in whose words
   * @param evidence what said so
   */
  record NetworkFailed(String problem, Evidence evidence) implements ResourceFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.NETWORK;
    }

    @Override
    public String what() {
      return "the network failed: " + problem;
    }

    @Override
    public String cause() {
      return "no connection, a proxy that is not set, or the other side limits or fails";
    }

    @Override
    public String remedy() {
      return "check the connection and HTTPS_PROXY, then try again; a local folder or a cached"
          + " model needs no network";
    }
  }
}
