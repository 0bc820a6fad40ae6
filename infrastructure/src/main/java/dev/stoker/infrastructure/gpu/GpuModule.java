package dev.stoker.infrastructure.gpu;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.GpuProbe;

/** GPUs. */
@Module
public interface GpuModule {
  /** {@return the probe} */
  @Binds
  GpuProbe probe(HostGpuProbe adapter);
}
