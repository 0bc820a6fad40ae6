package dev.stoker.domain.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitTest {
  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65536})
  @Tag("FR-040")
  void refusesWhatIsNoPort(int number) {
    assertThatThrownBy(() -> new Port(number)).hasMessageContaining("1 to 65535");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0, -0.1, 1.01, Double.NaN})
  @Tag("FR-028")
  void refusesWhatIsNoShare(double share) {
    assertThatThrownBy(() -> new Utilization(share)).hasMessageContaining("at most 1.0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.9, 1.0})
  @Tag("FR-028")
  @Tag("AC-027")
  void takesWhatIsOne(double share) {
    assertThat(new Utilization(share).toString()).contains(Double.toString(share));
  }

  @Test
  void sizesPrintInAPersonsUnit() {
    assertThat(new ByteSize(0)).hasToString("0 B");
    assertThat(new ByteSize(1536)).hasToString("1.5 KiB");
    assertThat(ByteSize.ofGib(6)).hasToString("6.0 GiB");
  }
}
