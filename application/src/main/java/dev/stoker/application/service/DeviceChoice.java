package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.failure.DeviceFailure.DeviceBroken;
import dev.stoker.domain.failure.DeviceFailure.DevicesMissing;
import dev.stoker.domain.failure.DeviceFailure.DriverUnusable;
import dev.stoker.domain.failure.DeviceFailure.TooFewDevices;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.gpu.GpuEvent;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.VisibleDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * On which devices a server will compute: those that were configured, else those that the
 * environment leaves visible, else the first ones (FR-006, FR-029, FR-030). Pure.
 *
 * @param visible those that it may use
 * @param used those that it will use, of the visible ones the first
 * @param keys of the used ones; of one that is divided, those of its parts too
 */
record DeviceChoice(List<GpuInfo> visible, List<GpuInfo> used, Set<String> keys) {
  /** Copies all. */
  DeviceChoice {
    visible = List.copyOf(visible);
    used = List.copyOf(used);
    keys = Set.copyOf(keys);
  }

  /** {@return the choice of what computes on no device, or on such as nothing is known of} */
  static DeviceChoice none() {
    return new DeviceChoice(List.of(), List.of(), Set.of());
  }

  private static final String CONFIGURED = "gpu.devices";
  private static final String CPU = "cpu";
  private static final String ROCM = "rocm";
  private static final String ROCR = "ROCR_VISIBLE_DEVICES";
  private static final String CUDA = "CUDA_VISIBLE_DEVICES";

  /** {@return whether a server on that kind of device uses devices at all} */
  static boolean isNeeded(String device) {
    return !device.equals(CPU);
  }

  /** {@return whose devices an engine computes on} */
  static GpuVendor vendor(String device) {
    return device.equals(ROCM) ? GpuVendor.AMD : GpuVendor.NVIDIA;
  }

  /**
   * {@return the choice}
   *
   * @param device what the engine was built for
   * @param number on how many devices it computes; 0 where that is not known
   * @param environment of this process
   * @param report what is here; where nothing could be looked at, the choice is empty
   * @throws LifecycleException when it certainly cannot start on them
   */
  static DeviceChoice of(
      ServiceSpec spec,
      String device,
      int number,
      Map<String, String> environment,
      GpuReport report) {
    GpuVendor vendor = vendor(device);
    List<GpuInfo> here = report.of(vendor);
    if (here.isEmpty()) {
      GpuSource source = report.source(vendor).orElse(null);
      if (source != null && source.trouble() != null && source.trouble().isCertain()) {
        throw new LifecycleException(new DriverUnusable(source));
      }
      return none();
    }
    Visible visible = visible(spec, device, environment, here);
    if (visible.devices().size() < Math.max(1, number)) {
      throw new LifecycleException(
          visible.missing().isEmpty()
              ? new TooFewDevices(Math.max(1, number), visible.devices().size())
              : missing(visible, here));
    }
    List<GpuInfo> used = number == 0 ? visible.devices() : visible.devices().subList(0, number);
    used.forEach(each -> requireUsable(each, report));
    return new DeviceChoice(visible.devices(), used, keys(used, here));
  }

  /**
   * What may be used.
   *
   * @param devices in the order they were named
   * @param missing names that mean none
   * @param origin where they were named
   */
  private record Visible(List<GpuInfo> devices, List<String> missing, String origin) {}

  private static Visible visible(
      ServiceSpec spec, String device, Map<String, String> environment, List<GpuInfo> here) {
    List<GpuInfo> wholes = here.stream().filter(each -> !each.isPart()).toList();
    boolean rocm = device.equals(ROCM);
    List<GpuInfo> left = here;
    Visible visible = new Visible(wholes, List.of(), "");
    String rocr = environment.get(ROCR);
    if (rocm && rocr != null) {
      // The lowest level: what it leaves is numbered anew for those above.
      visible = picked(VisibleDevices.ofVariable(rocr, numbered(left)), left, ROCR);
      left = visible.devices();
    }
    List<String> configured = spec.options().devices();
    if (!configured.isEmpty()) {
      Visible named = picked(VisibleDevices.of(configured, numbered(left)), left, CONFIGURED);
      if (!named.missing().isEmpty()) {
        throw new LifecycleException(missing(named, here));
      }
      return named;
    }
    for (String variable : rocm ? List.of("HIP_VISIBLE_DEVICES", CUDA) : List.of(CUDA)) {
      String value = environment.get(variable);
      if (value != null) {
        return picked(VisibleDevices.ofVariable(value, numbered(left)), left, variable);
      }
    }
    return visible;
  }

  /** {@return the same under the numbers that who comes behind a filter sees} */
  private static List<GpuInfo> numbered(List<GpuInfo> devices) {
    List<GpuInfo> numbered = new ArrayList<>();
    int number = 0;
    for (GpuInfo each : devices) {
      numbered.add(each.isPart() ? each : each.withNumber(Integer.toString(number++)));
    }
    return numbered;
  }

  private static Visible picked(VisibleDevices meant, List<GpuInfo> from, String origin) {
    List<GpuInfo> numbered = numbered(from);
    return new Visible(
        meant.found().stream().map(each -> from.get(numbered.indexOf(each))).toList(),
        meant.missing(),
        origin);
  }

  private static DevicesMissing missing(Visible named, List<GpuInfo> here) {
    return new DevicesMissing(
        named.missing(), named.origin(), here.stream().map(DeviceChoice::describe).toList());
  }

  private static void requireUsable(GpuInfo device, GpuReport report) {
    if (!device.condition().isUsable()) {
      String said =
          report.events().stream()
              .filter(event -> event.device().equals(device.key()))
              .map(GpuEvent::xid)
              .reduce((_, last) -> last)
              .map(Object::toString)
              .orElse("");
      throw new LifecycleException(new DeviceBroken(describe(device), device.condition(), said));
    }
  }

  private static Set<String> keys(List<GpuInfo> used, List<GpuInfo> here) {
    return used.stream()
        .flatMap(
            each ->
                Stream.concat(
                    Stream.of(each),
                    here.stream().filter(part -> each.divided() && isOf(part, each))))
        .map(GpuInfo::key)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isOf(GpuInfo part, GpuInfo whole) {
    return part.isPart() && part.partOf().equals(whole.uuid());
  }

  /** {@return such as {@code GPU 0 (NVIDIA H200)}} */
  static String describe(GpuInfo device) {
    return "GPU " + device.deviceId() + (device.name().isEmpty() ? "" : " (" + device.name() + ")");
  }
}
