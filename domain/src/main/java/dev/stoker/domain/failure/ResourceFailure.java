package dev.stoker.domain.failure;

import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.unit.Port;

/** What can be missing or taken on the machine, beside its accelerators. */
public sealed interface ResourceFailure extends Failure {
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
