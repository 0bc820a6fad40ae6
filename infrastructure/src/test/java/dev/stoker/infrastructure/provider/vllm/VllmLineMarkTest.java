package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.LogLevel;
import dev.stoker.application.port.out.InferenceProvider.LineMark;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class VllmLineMarkTest {
  private static final Instant NOW = Instant.parse("2026-01-02T10:00:00Z");

  private static LineMark of(String line) {
    return VllmLineMark.of(line, NOW, ZoneOffset.UTC);
  }

  @Test
  void aRecordHasLevelAndTimeInTheYearThatMakesItThePast() {
    assertThat(of("(EngineCore_DP0 pid=5) ERROR 01-02 09:59:58 [core.py:1] x"))
        .isEqualTo(new LineMark(LogLevel.ERROR, Instant.parse("2026-01-02T09:59:58Z")));
    assertThat(of("WARNING 12-31 23:59:58 [core.py:1] x").at())
        .isEqualTo(Instant.parse("2025-12-31T23:59:58Z"));
    assertThat(of("(Worker pid=5) [node 1] ERROR 01-02 09:59:58 [core.py:1] x").level())
        .isEqualTo(LogLevel.ERROR);
    assertThat(of("INFO 02-30 09:59:58 [core.py:1] no such day").at()).isNull();
  }

  @Test
  void theHttpServersOwnWordsHaveALevel() {
    assertThat(of("INFO:     Application startup complete."))
        .isEqualTo(new LineMark(LogLevel.INFO, null));
    assertThat(of("(APIServer pid=5) ERROR:    Exception in ASGI application").level())
        .isEqualTo(LogLevel.ERROR);
  }

  @Test
  void aTracebackIsOfErrors() {
    assertThat(of("Traceback (most recent call last):").level()).isEqualTo(LogLevel.ERROR);
    assertThat(of("ValueError: x").level()).isEqualTo(LogLevel.ERROR);
    assertThat(of("    raise x")).isEqualTo(new LineMark(null, null));
  }
}
