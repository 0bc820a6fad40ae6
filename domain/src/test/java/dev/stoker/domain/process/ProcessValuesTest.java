package dev.stoker.domain.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessValuesTest {
  @Test
  void exitValuesAbove128AreSignals() {
    assertThat(ExitStatus.ofExitValue(0)).isEqualTo(new ExitStatus.Exited(0));
    assertThat(ExitStatus.ofExitValue(137)).isEqualTo(new ExitStatus.Signalled(9));
    assertThat(ExitStatus.ofExitValue(255)).isEqualTo(new ExitStatus.Exited(255));
  }

  @Test
  void aPlanNeverPrintsItsEnvironment() {
    LaunchPlan plan = new LaunchPlan(List.of("a", "b c"), "python", Map.of("HF_TOKEN", "secret"));

    assertThat(plan.toString()).isEqualTo("a 'b c'").doesNotContain("secret");
  }

  @Test
  void holdersAreDescribed() {
    assertThat(new PortHolder(7, "nginx").describe()).isEqualTo("pid 7 (nginx)");
    assertThat(PortHolder.unseen().describe()).contains("may not see");
  }
}
