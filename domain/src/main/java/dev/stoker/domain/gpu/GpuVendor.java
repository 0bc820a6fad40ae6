package dev.stoker.domain.gpu;

/** Who made an accelerator, and with which command a person looks at it. */
public enum GpuVendor {
  /** NVIDIA. */
  NVIDIA("NVIDIA", "nvidia-smi"),
  /** AMD. */
  AMD("AMD", "rocm-smi");

  private final String printed;
  private final String command;

  GpuVendor(String printed, String command) {
    this.printed = printed;
    this.command = command;
  }

  /** {@return the name, as the vendor writes it} */
  public String printed() {
    return printed;
  }

  /** {@return the program that shows what its driver sees (FR-046)} */
  public String command() {
    return command;
  }
}
