package dev.stoker.domain.fit;

import dev.stoker.domain.unit.ByteSize;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of one device.
 *
 * @param id as the machine names it
 * @param name the product's name
 * @param total all of it
 * @param free what nobody holds now
 */
public record DeviceMemory(String id, String name, ByteSize total, ByteSize free) {
  private static final Pattern DEVICES =
      Pattern.compile("(?:(?<number>[1-9]\\d{0,2})x)?(?<gib>\\d{1,4}(?:\\.\\d{1,3})?)(?:GiB)?");

  /**
   * {@return devices that need not be there, such as {@code 24} or {@code 2x23.5}: how many, and
   * GiB of each}
   *
   * @throws IllegalArgumentException with what is allowed, when the text says none
   */
  public static List<DeviceMemory> assumed(String text) {
    Matcher devices = DEVICES.matcher(text);
    if (!devices.matches() || Double.parseDouble(devices.group("gib")) <= 0) {
      throw new IllegalArgumentException(
          "must be such as 24, 79.2 or 2x23.5: how many, and GiB of each");
    }
    String number = devices.group("number");
    ByteSize size = new ByteSize(Math.round(Double.parseDouble(devices.group("gib")) * (1L << 30)));
    return Collections.nCopies(
        number == null ? 1 : Integer.parseInt(number),
        new DeviceMemory("assumed", "assumed", size, size));
  }
}
