package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.ConfigurationSource;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was last seen of the machine's devices, so that a device is the same one by whatever name it
 * is called. For any thread; never looks itself.
 */
@ApplicationScope
final class DeviceTable {
  private final Map<String, InferenceProvider> providers;
  private final ConfigurationSource configuration;
  private volatile GpuReport last = GpuReport.nothing();

  @Inject
  DeviceTable(Map<String, InferenceProvider> providers, ConfigurationSource configuration) {
    this.providers = providers;
    this.configuration = configuration;
  }

  /** Something was seen. Of a vendor whose driver did not answer, what was known before holds. */
  synchronized void learn(GpuReport report) {
    GpuReport known = report;
    for (GpuVendor vendor : GpuVendor.values()) {
      GpuTrouble trouble = report.source(vendor).map(GpuSource::trouble).orElse(null);
      if (trouble != null && !trouble.isCertain()) {
        known = known.and(new GpuReport(last.of(vendor), List.of(), false, List.of(), List.of()));
      }
    }
    last = known;
  }

  /**
   * {@return on which of the devices that were last seen a server computes}
   *
   * @param device what its engine was built for
   * @throws LifecycleException when it certainly cannot start on them
   */
  DeviceChoice choose(ServiceSpec spec, String device) {
    return choose(spec, device, last);
  }

  /** As above, of those that were seen just now. */
  DeviceChoice choose(ServiceSpec spec, String device, GpuReport seen) {
    InferenceProvider provider = providers.get(spec.provider());
    int number = provider == null ? 0 : provider.devices(spec);
    return DeviceChoice.of(spec, device, number, configuration.environment(), seen);
  }

  /** {@return the same where it can be told; else null} */
  @Nullable DeviceChoice known(ServiceSpec spec, String device) {
    if (!DeviceChoice.isNeeded(device)) {
      return DeviceChoice.none();
    }
    try {
      DeviceChoice choice = choose(spec, device);
      return choice.used().isEmpty() ? null : choice;
    } catch (LifecycleException e) {
      // A device that a running server has may be broken by now, or gone.
      return null;
    }
  }

  /** {@return the names of the devices it computes on; null where that is not known, or all} */
  @Nullable Set<String> keys(ServiceSpec spec, String device) {
    DeviceChoice choice = known(spec, device);
    return choice == null ? null : choice.keys();
  }
}
