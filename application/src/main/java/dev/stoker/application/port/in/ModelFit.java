package dev.stoker.application.port.in;

import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ModelFacts;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.fit.FitEstimate;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells before a start whether a model fits the memory of its devices (FR-028). */
public interface ModelFit {
  /**
   * {@return whether the model of a service fits} Reads configuration and headers, of the Hub's
   * files only their beginnings; blocks.
   *
   * @param assumed devices to ask about; empty for those of this machine
   * @throws dev.stoker.domain.failure.LifecycleException when the model cannot be looked at
   */
  Report fit(ServiceSpec service, List<DeviceMemory> assumed);

  /**
   * What was found.
   *
   * @param engine by which it was asked, such as {@code vllm 0.32.0 (cpu)}
   * @param facts what the model's files say
   * @param plan how it would be run
   * @param devices that were asked about
   * @param measured what its server took beside weights and cache at its last start like this one,
   *     per device; null where that is not known, and estimated
   * @param estimate the answer; null where the model's files do not tell enough
   */
  record Report(
      String engine,
      ModelFacts facts,
      MemoryPlan plan,
      List<DeviceMemory> devices,
      @Nullable ByteSize measured,
      @Nullable FitEstimate estimate) {
    /** Copies the list. */
    public Report {
      devices = List.copyOf(devices);
    }
  }
}
