package dev.stoker.infrastructure.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A driver that hangs takes nobody with it. */
@Tag("FR-012")
@Timeout(60)
class PatientLookTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final int MOST_LOOKS = 100_000;

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch goesOn = new CountDownLatch(1);

  private GpuTrouble trouble(GpuReport report) {
    GpuTrouble trouble = report.sources().getFirst().trouble();
    assertThat(trouble).isNotNull();
    return trouble;
  }

  @Test
  void oneThatHangsIsAskedOnceAndAgainWhenItHasAnswered() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    PatientLook look =
        new PatientLook(
            GpuVendor.NVIDIA,
            _ -> {
              asked.incrementAndGet();
              hang();
              answered.countDown();
              return GpuReport.nothing();
            },
            SHORT,
            SHORT);
    assertThat(trouble(look.look(true))).isEqualTo(GpuTrouble.TIMEOUT);
    assertThat(trouble(look.look(true))).isEqualTo(GpuTrouble.TIMEOUT);
    assertThat(asked).hasValue(1);
    goesOn.countDown();
    answered.await();
    // Who asks just then may still get the first answer.
    GpuReport last = look.look(true);
    for (int i = 0; i < MOST_LOOKS && (asked.get() == 1 || !last.sources().isEmpty()); i++) {
      last = look.look(true);
    }
    assertThat(last.sources()).isEmpty();
    assertThat(asked).hasValueGreaterThan(1);
  }

  /** As a native call does: no interrupt ends it. */
  private void hang() {
    boolean waits = true;
    while (waits) {
      try {
        goesOn.await();
        waits = false;
      } catch (InterruptedException e) {
        waits = true;
      }
    }
  }

  @Test
  void oneThatThrowsIsSaid() {
    PatientLook look =
        new PatientLook(
            GpuVendor.AMD,
            _ -> {
              throw new IllegalStateException("no such function");
            },
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));
    GpuReport report = look.look(true);
    assertThat(trouble(report)).isEqualTo(GpuTrouble.BROKEN);
    assertThat(report.sources().getFirst().said()).contains("no such function");
  }
}
