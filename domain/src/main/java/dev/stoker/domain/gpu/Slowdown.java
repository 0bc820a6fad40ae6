package dev.stoker.domain.gpu;

import java.util.Arrays;
import java.util.List;

/** Why an NVIDIA GPU runs slower than it could ({@code nvmlClocksEventReasons}). */
public enum Slowdown {
  /** It draws as much as it may. */
  POWER_CAP(0x4, "power cap"),
  /** The hardware slows it: heat, power, or another reason. */
  HARDWARE(0x8, "hardware slowdown"),
  /** It is too warm, the driver says. */
  HEAT(0x20, "heat"),
  /** It is too warm, the hardware says. */
  HARDWARE_HEAT(0x40, "heat (hardware)"),
  /** The power supply asks for less. */
  POWER_BRAKE(0x80, "power brake");

  private final long bit;
  private final String printed;

  Slowdown(long bit, String printed) {
    this.bit = bit;
    this.printed = printed;
  }

  /** {@return what the bits of a driver's answer say, a word or two each} */
  public static List<String> of(long reasons) {
    return Arrays.stream(values())
        .filter(each -> (reasons & each.bit) != 0)
        .map(each -> each.printed)
        .toList();
  }
}
