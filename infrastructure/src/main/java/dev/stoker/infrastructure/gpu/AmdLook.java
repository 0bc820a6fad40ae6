package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * AMD's GPUs: by the kernel's own files, which cost next to nothing; where there are none (as in
 * WSL), by {@code amd-smi} or {@code rocm-smi}, Python programs that take a fifth of a second.
 */
@Singleton
final class AmdLook implements VendorLook {
  private final AmdSysfs sysfs;
  private final AmdSmi amdSmi;
  private final RocmSmi rocmSmi;
  private final PciCards cards;

  /** Product names by bus, which the kernel does not know of every card; asked for once. */
  private @Nullable Map<String, String> names;

  @Inject
  AmdLook(AmdSysfs sysfs, AmdSmi amdSmi, RocmSmi rocmSmi, PciCards cards) {
    this.sysfs = sysfs;
    this.amdSmi = amdSmi;
    this.rocmSmi = rocmSmi;
    this.cards = cards;
  }

  @Override
  public GpuReport look(boolean fresh) {
    GpuReport found = sysfs.look();
    if (!found.devices().isEmpty()) {
      return withNames(found);
    }
    GpuReport told = byTool();
    if (told != null) {
      return told;
    }
    String card = cards.find(GpuVendor.AMD);
    return card.isEmpty()
        ? GpuReport.nothing()
        : GpuReport.failed(
            GpuSource.failed(
                GpuVendor.AMD, "kernel", GpuTrouble.NO_DRIVER, "there is a card at " + card));
  }

  /** {@return what a program says; null where there is none} */
  private @Nullable GpuReport byTool() {
    GpuReport newer = amdSmi.look();
    if (newer != null && !newer.devices().isEmpty()) {
      return newer;
    }
    GpuReport older = rocmSmi.look();
    return older != null && (newer == null || !older.devices().isEmpty()) ? older : newer;
  }

  private GpuReport withNames(GpuReport found) {
    if (found.devices().stream().noneMatch(device -> device.name().isEmpty())) {
      return found;
    }
    Map<String, String> known = names;
    if (known == null) {
      known = new HashMap<>();
      names = known;
      GpuReport told = byTool();
      for (GpuInfo device : told == null ? List.<GpuInfo>of() : told.devices()) {
        known.put(device.bus(), device.name());
      }
    }
    List<GpuInfo> named = new ArrayList<>();
    for (GpuInfo device : found.devices()) {
      String name = known.getOrDefault(device.bus(), "AMD GPU");
      named.add(device.name().isEmpty() ? device.withName(name) : device);
    }
    return new GpuReport(
        named, found.holders(), found.holdersKnown(), found.sources(), found.events());
  }
}
