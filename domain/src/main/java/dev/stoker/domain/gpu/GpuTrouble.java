package dev.stoker.domain.gpu;

/** Why a vendor's accelerators could not be looked at. */
public enum GpuTrouble {
  /** Neither its library nor its program is here, and its driver is not loaded. */
  NO_DRIVER(true, "its driver is not loaded", "install or load the driver"),
  /** The driver is loaded, and nothing is here that can ask it. */
  NO_TOOL(false, "nothing here can ask its driver", "install the driver's tools"),
  /** Library and kernel module are of different versions. */
  MISMATCH(true, "driver and library are of different versions", "reboot: the driver was updated"),
  /** The operating system keeps it away, such as a container's or WSL's rules. */
  BLOCKED(
      true,
      "the operating system blocks access",
      "give the container its devices again: restart it, or start it with --gpus all"),
  /** The user may not. */
  NO_PERMISSION(
      true, "this user may not use it", "add the user to the groups 'video' and 'render'"),
  /** Its driver runs, and has no device. */
  NO_DEVICE(true, "its driver sees no device", "look whether the card is plugged and powered"),
  /** It did not answer in time: a driver that hangs. */
  TIMEOUT(false, "its driver does not answer", "a driver that hangs needs a reboot"),
  /** It answered what nobody understands. */
  BROKEN(false, "it answers what cannot be understood", "look at what it says");

  private final boolean certain;
  private final String printed;
  private final String advice;

  GpuTrouble(boolean certain, String printed, String advice) {
    this.certain = certain;
    this.printed = printed;
    this.advice = advice;
  }

  /** {@return whether a server has no hope either} */
  public boolean isCertain() {
    return certain;
  }

  /** {@return a clause, as in "NVIDIA: its driver is not loaded"} */
  public String printed() {
    return printed;
  }

  /** {@return what to do, in the imperative} */
  public String advice() {
    return advice;
  }
}
