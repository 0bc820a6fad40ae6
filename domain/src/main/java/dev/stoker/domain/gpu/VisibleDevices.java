package dev.stoker.domain.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which accelerators names mean, as CUDA and HIP read them: numbers in the order of the bus, and
 * uuids, whole or as far as they are unambiguous ({@code CUDA_VISIBLE_DEVICES} in the CUDA
 * programming guide; {@code facts-hub-and-gpu.md} E6 and F4).
 *
 * @param found those that are here, in the order they were named
 * @param missing names that mean none, or several
 */
public record VisibleDevices(List<GpuInfo> found, List<String> missing) {
  private static final Pattern INDEX = Pattern.compile("\\d{1,4}");

  /** Copies the lists. */
  public VisibleDevices {
    found = List.copyOf(found);
    missing = List.copyOf(missing);
  }

  /**
   * {@return what every name means}
   *
   * @param names as configured
   * @param here the accelerators of one vendor, parts among them
   */
  public static VisibleDevices of(List<String> names, List<GpuInfo> here) {
    List<GpuInfo> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      List<GpuInfo> meant = here.stream().filter(device -> isMeant(device, name.strip())).toList();
      if (meant.size() == 1) {
        found.add(meant.getFirst());
      } else {
        missing.add(name);
      }
    }
    return new VisibleDevices(found, missing);
  }

  /**
   * {@return what a variable of the environment leaves visible}
   *
   * <p>The first name that means nothing hides itself and all behind it, as CUDA does.
   *
   * @param value of the variable; empty hides all
   * @param here the accelerators of one vendor, parts among them
   */
  public static VisibleDevices ofVariable(String value, List<GpuInfo> here) {
    List<GpuInfo> found = new ArrayList<>();
    for (String name : value.isBlank() ? List.<String>of() : Arrays.asList(value.split(",", -1))) {
      VisibleDevices one = of(List.of(name), here);
      if (one.found.isEmpty()) {
        return new VisibleDevices(found, List.of(name.strip()));
      }
      found.addAll(one.found);
    }
    return new VisibleDevices(found, List.of());
  }

  private static boolean isMeant(GpuInfo device, String name) {
    if (INDEX.matcher(name).matches()) {
      return !device.isPart() && device.deviceId().equals(Integer.toString(Integer.parseInt(name)));
    }
    boolean named = name.startsWith("GPU-") || name.startsWith("MIG-");
    return named
        && name.length() > 4
        && device.uuid().toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT));
  }
}
