package dev.stoker.infrastructure.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.stoker.domain.health.EngineLoad;
import dev.stoker.domain.health.EngineSample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MetricsTextTest {
  /** What vLLM 0.32.0 (CPU) answered while one request was running. */
  private static String real() throws IOException {
    try (InputStream file =
        MetricsTextTest.class.getResourceAsStream("metrics-vllm-0.32.0-cpu.txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatTheRealOneAnswersIsRead() throws IOException {
    assertThat(MetricsText.read(real()))
        .isEqualTo(new EngineSample(1L, 0L, 0.0003662556464412159, 2L, 301L, 301L, 1L, false));
  }

  @Test
  void namesOfOlderVersionsAreRead() {
    EngineSample sample =
        MetricsText.read(
            """
            vllm:num_requests_running{model_name="m"} 3.0
            vllm:num_requests_waiting{model_name="m"} 4.0
            vllm:num_requests_swapped{model_name="m"} 5.0
            vllm:gpu_cache_usage_perc{model_name="m"} 0.25
            vllm:prompt_tokens_total{model_name="m"} 1e3
            vllm:generation_tokens_total{model_name="m"} 2.5e+06
            """);

    assertThat(sample)
        .isEqualTo(new EngineSample(3L, 4L, 0.25, 1000L, 2_500_000L, null, null, false));
    assertThat(sample.countsWork()).isTrue();
  }

  @Test
  void severalEnginesAreAddedUp() {
    EngineSample sample =
        MetricsText.read(
            """
            vllm:num_requests_running{engine="0",model_name="a } b"} 3 1700000000
            vllm:num_requests_running{engine="1",model_name="a"} 4
            vllm:kv_cache_usage_perc{engine="0"} 0.1
            vllm:kv_cache_usage_perc{engine="1"} 0.7
            """);

    assertThat(sample.running()).isEqualTo(7);
    assertThat(sample.kvUse()).isEqualTo(0.7);
    assertThat(sample.countsWork()).isFalse();
  }

  @Test
  void asleepIsSeen() {
    assertThat(
            MetricsText.read(
                    """
                    vllm:engine_sleep_state{sleep_state="awake"} 0.0
                    vllm:engine_sleep_state{sleep_state="weights_offloaded"} 1.0
                    """)
                .asleep())
        .isTrue();
  }

  @Test
  void whatIsNoNumberIsPassedOver() {
    EngineSample sample =
        MetricsText.read(
            """
            vllm:num_requests_running{engine="0"} NaN
            vllm:num_requests_waiting +Inf
            vllm:prompt_tokens_total{engine="0" 5
            vllm:generation_tokens_total
            vllm:request_success_total{x="y"} -4
            vllm:
            vllm:num_requests_running
            """);

    assertThat(sample).isEqualTo(new EngineSample(null, null, null, null, null, null, null, false));
  }

  @Test
  void whateverIsAnsweredNothingIsThrown() throws IOException {
    Random random = new Random(2);
    String real = real();
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder(real.substring(random.nextInt(real.length())));
      for (int i = 0; i < 20 && !text.isEmpty(); i++) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, (char) random.nextInt(256));
      }
      assertThatCode(() -> MetricsText.read(text.toString())).doesNotThrowAnyException();
    }
  }

  @Test
  void ratesAreOfTheTimeBetweenTwoLooks() {
    EngineSample before = new EngineSample(1L, 0L, 0.1, 10L, 100L, null, null, false);
    EngineSample now = new EngineSample(1L, 0L, 0.1, 10L, 350L, null, null, false);
    EngineLoad load = EngineLoad.of(now, before, Duration.ofSeconds(10));

    assertThat(load.generationTokensPerSecond()).isEqualTo(25.0);
    assertThat(load.promptTokensPerSecond()).isZero();
    assertThat(EngineLoad.of(before, now, Duration.ofSeconds(10)).generationTokensPerSecond())
        .as("counted anew")
        .isNull();
  }
}
