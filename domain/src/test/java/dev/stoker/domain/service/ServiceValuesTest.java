package dev.stoker.domain.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceValuesTest {
  @Test
  void runsInItsModule() {
    assertThat(ServiceMachine.class.getModule().isNamed()).isTrue();
  }

  @Test
  void theSevenStatesPrintAndParse() {
    assertThat(ServiceState.values()).hasSize(7);
    for (ServiceState state : ServiceState.values()) {
      assertThat(ServiceState.parse(state.printed())).contains(state);
    }
    assertThat(ServiceState.RUNNING.printed()).isEqualTo("Running");
    assertThat(ServiceState.parse("gone")).isEmpty();
  }

  @Test
  void modesAreReadInAnyCase() {
    assertThat(LifecycleMode.parse("Managed")).contains(LifecycleMode.MANAGED);
    assertThat(LifecycleMode.parse("EXTERNAL")).contains(LifecycleMode.EXTERNAL);
    assertThat(LifecycleMode.parse("mine")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Qwen3-8B,qwen3-8b", "My Model!,my-model", "___,model", "a..b,a..b"})
  void anyTextMakesAName(String text, String name) {
    assertThat(ServiceName.slugOf(text).value()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "A", "a/b", "a b", "a-"})
  void refusesWhatIsNoName(String text) {
    assertThatThrownBy(() -> new ServiceName(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longTextsAreCut() {
    assertThat(ServiceName.slugOf("x".repeat(200)).value()).hasSize(63);
  }
}
