package dev.stoker.infrastructure.gpu;

import dev.stoker.application.port.out.GpuProbe;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Cannot tell who holds the memory of GPUs, and says so. */
final class UnknownGpuProbe implements GpuProbe {
  @Inject
  UnknownGpuProbe() {}

  @Override
  public Optional<List<Holder>> holders() {
    return Optional.empty();
  }
}
