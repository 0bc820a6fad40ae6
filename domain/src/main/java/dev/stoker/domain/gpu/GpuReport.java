package dev.stoker.domain.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that is known of a machine's accelerators at one moment.
 *
 * @param devices every accelerator and every part of one, in the order of the vendor's tool
 * @param holders who holds memory of them, as far as that can be told
 * @param holdersKnown whether it can be told at all: in a container it often cannot
 * @param sources what was asked, one for each vendor that is here
 * @param events what drivers told lately, oldest first
 */
public record GpuReport(
    List<GpuInfo> devices,
    List<GpuHolder> holders,
    boolean holdersKnown,
    List<GpuSource> sources,
    List<GpuEvent> events) {
  private static final GpuReport NOTHING =
      new GpuReport(List.of(), List.of(), false, List.of(), List.of());

  /** Copies the lists. */
  public GpuReport {
    devices = List.copyOf(devices);
    holders = List.copyOf(holders);
    sources = List.copyOf(sources);
    events = List.copyOf(events);
  }

  /** {@return what is known where there is no sign of an accelerator} */
  public static GpuReport nothing() {
    return NOTHING;
  }

  /** {@return a report of a vendor that could not be looked at} */
  public static GpuReport failed(GpuSource source) {
    return new GpuReport(List.of(), List.of(), false, List.of(source), List.of());
  }

  /** {@return both together} */
  public GpuReport and(GpuReport other) {
    return new GpuReport(
        joined(devices, other.devices),
        joined(holders, other.holders),
        (devices.isEmpty() || holdersKnown) && (other.devices.isEmpty() || other.holdersKnown),
        joined(sources, other.sources),
        joined(events, other.events));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }

  /** {@return the accelerators of one vendor, parts among them} */
  public List<GpuInfo> of(GpuVendor vendor) {
    return devices.stream().filter(device -> device.vendor() == vendor).toList();
  }

  /** {@return what was asked of one vendor, or empty where there is no sign of it} */
  public Optional<GpuSource> source(GpuVendor vendor) {
    return sources.stream().filter(source -> source.vendor() == vendor).findFirst();
  }

  /** {@return who holds memory of one} */
  public List<GpuHolder> holdersOf(GpuInfo device) {
    return holders.stream().filter(holder -> holder.device().equals(device.key())).toList();
  }
}
