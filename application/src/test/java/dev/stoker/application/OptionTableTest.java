package dev.stoker.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.unit.Port;
import dev.stoker.domain.unit.Utilization;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionTableTest {
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("port", "8123"),
          Map.entry("gpu.gpu_memory_utilization", "0.5"),
          Map.entry("gpu.tensor_parallel_size", "2"),
          Map.entry("gpu.pipeline_parallel_size", "3"),
          Map.entry("gpu.devices", "0,1"),
          Map.entry("aliases", "gpt-4o,org/other"),
          Map.entry("lifecycle.mode", "External"),
          Map.entry("lifecycle.start_timeout_seconds", "31"),
          Map.entry("lifecycle.model_load_timeout_seconds", "5m"),
          Map.entry("lifecycle.total_start_timeout_seconds", "1h"),
          Map.entry("lifecycle.health_check_interval_seconds", "500ms"),
          Map.entry("lifecycle.hang_timeout_seconds", "Off"),
          Map.entry("lifecycle.canary_interval_seconds", "20s"),
          Map.entry("lifecycle.drain_timeout_seconds", "off"),
          Map.entry("lifecycle.idle_timeout_seconds", "10m"),
          Map.entry("lifecycle.keep_alive", "True"),
          Map.entry("lifecycle.stop_timeout_seconds", "1.5"),
          Map.entry("lifecycle.max_restarts_per_minute", "9"),
          Map.entry("lifecycle.restart_delay_seconds", "4"),
          Map.entry("lifecycle.stop_on_exit", "TRUE"),
          Map.entry("lifecycle.incident_command", "notify-send incident"),
          Map.entry("lifecycle.incident_url", "https://h/x"),
          Map.entry("lifecycle.start", "Eager"));

  @Test
  void runsInItsModule() {
    assertThat(OptionTable.class.getModule().isNamed()).isTrue();
  }

  @Test
  @Tag("FR-039")
  @Tag("FR-036")
  @Tag("FR-004")
  @Tag("FR-023")
  @Tag("FR-028")
  void defaults() {
    assertThat(VllmLifecycleOptions.defaults())
        .isEqualTo(
            new VllmLifecycleOptions(
                LifecycleMode.MANAGED,
                new Port(8000),
                new Utilization(0.9),
                1,
                1,
                List.of(),
                List.of(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(300),
                null,
                Duration.ofSeconds(60),
                Duration.ofSeconds(120),
                Duration.ofSeconds(300),
                Duration.ofSeconds(30),
                null,
                false,
                Duration.ofSeconds(10),
                3,
                Duration.ofSeconds(2),
                false,
                "",
                "",
                StartPolicy.LAZY));
  }

  @Test
  @Tag("FR-036")
  @Tag("FR-028")
  @Tag("FR-029")
  @Tag("FR-030")
  void everyKeyMaps() {
    VllmLifecycleOptions options = VllmLifecycleOptions.from(OTHERS);

    assertThat(options)
        .isEqualTo(
            new VllmLifecycleOptions(
                LifecycleMode.EXTERNAL,
                new Port(8123),
                new Utilization(0.5),
                2,
                3,
                List.of("0", "1"),
                List.of("gpt-4o", "org/other"),
                Duration.ofSeconds(31),
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                Duration.ofMillis(500),
                null,
                Duration.ofSeconds(20),
                null,
                Duration.ofMinutes(10),
                true,
                Duration.ofMillis(1500),
                9,
                Duration.ofSeconds(4),
                true,
                "notify-send incident",
                "https://h/x",
                StartPolicy.EAGER));
  }

  @Test
  void textsMakeTheSameOptionsAgain() {
    VllmLifecycleOptions others = VllmLifecycleOptions.from(OTHERS);

    assertThat(others.texts().keySet()).isEqualTo(OTHERS.keySet());
    assertThat(VllmLifecycleOptions.from(others.texts())).isEqualTo(others);
    assertThat(VllmLifecycleOptions.from(VllmLifecycleOptions.defaults().texts()))
        .isEqualTo(VllmLifecycleOptions.defaults());
  }

  @Test
  void noRowIsForgottenHere() {
    List<String> notOptions = List.of("model", "engine", "args");

    assertThat(OptionTable.rows())
        .extracting(OptionSpec::key)
        .filteredOn(key -> !notOptions.contains(key))
        .containsExactlyInAnyOrderElementsOf(OTHERS.keySet());
  }

  @Test
  @Tag("FR-041")
  @Tag("AC-024")
  void everyViolationIsReportedAtOnce() {
    Map<String, String> bad = new HashMap<>();
    OTHERS.keySet().forEach(key -> bad.put(key, "-?"));
    bad.put("lifecycle.incident_command", " ");

    assertThat(VllmLifecycleOptions.validate(bad, key -> "here"))
        .hasSameSizeAs(OTHERS.keySet())
        .allSatisfy(violation -> assertThat(violation.allowed()).startsWith("must be "));
  }

  @ParameterizedTest
  @Tag("AC-026")
  @Tag("AC-027")
  @CsvSource({
    "port,0",
    "port,65536",
    "port,80 80",
    "port,''",
    "gpu.gpu_memory_utilization,0",
    "gpu.gpu_memory_utilization,1.01",
    "gpu.gpu_memory_utilization,NaN",
    "gpu.tensor_parallel_size,0",
    "lifecycle.mode,mine",
    "lifecycle.max_restarts_per_minute,0",
    "lifecycle.max_restarts_per_minute,11",
    "lifecycle.start_timeout_seconds,0",
    "lifecycle.start_timeout_seconds,-1",
    "lifecycle.start_timeout_seconds,8d",
    "lifecycle.start_timeout_seconds,200h",
    "lifecycle.restart_delay_seconds,1",
    "lifecycle.stop_on_exit,yes",
    "gpu.devices,'0;1'",
    "aliases,'a b'",
    "aliases,'a,'",
    "aliases,--host"
  })
  @Tag("FR-028")
  void refuses(String key, String value) {
    assertThat(VllmLifecycleOptions.validate(Map.of(key, value), _ -> "here"))
        .singleElement()
        .satisfies(violation -> assertThat(violation.key()).isEqualTo(key));
  }
}
