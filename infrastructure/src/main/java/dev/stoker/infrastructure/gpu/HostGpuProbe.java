package dev.stoker.infrastructure.gpu;

import dev.stoker.application.port.out.GpuProbe;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuVendor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every vendor's driver, and puts together what they say. */
@Singleton
final class HostGpuProbe implements GpuProbe {
  private static final Logger log = LoggerFactory.getLogger(HostGpuProbe.class);

  private final List<VendorLook> vendors;
  private final List<PatientLook> looks;
  private final ProcessNames names;

  @Inject
  HostGpuProbe(NvidiaLook nvidia, AmdLook amd, ProcessNames names) {
    this.vendors = List.of(nvidia, amd);
    this.looks =
        List.of(new PatientLook(GpuVendor.NVIDIA, nvidia), new PatientLook(GpuVendor.AMD, amd));
    this.names = names;
  }

  @Override
  public GpuReport look() {
    return look(true);
  }

  private GpuReport look(boolean fresh) {
    GpuReport all =
        looks.stream()
            .map(vendor -> vendor.look(fresh))
            .reduce(GpuReport.nothing(), GpuReport::and);
    if (all.holders().isEmpty() && names.areOfTheHost()) {
      return all;
    }
    List<GpuHolder> named = all.holders().stream().map(names::named).toList();
    return new GpuReport(
        all.devices(),
        named,
        all.holdersKnown() && names.areOfTheHost(),
        all.sources(),
        all.events());
  }

  @Override
  public Watch watch(Duration every, Consumer<GpuReport> told) {
    vendors.forEach(vendor -> vendor.expect(every));
    CountDownLatch closed = new CountDownLatch(1);
    Thread.ofPlatform().daemon().name("gpus").start(() -> lookAgain(every, told, closed));
    return () -> {
      closed.countDown();
      vendors.forEach(VendorLook::relax);
    };
  }

  private void lookAgain(Duration every, Consumer<GpuReport> told, CountDownLatch closed) {
    try {
      while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        tell(told);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever one look or one listener comes to, the next look follows. */
  private void tell(Consumer<GpuReport> told) {
    try {
      told.accept(look(false));
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("GPUs not looked at");
    }
  }
}
