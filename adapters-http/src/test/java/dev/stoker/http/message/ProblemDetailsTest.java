package dev.stoker.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.failure.FailureKind;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.unit.Port;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ProblemDetailsTest {
  private static final PortInUse FAILURE =
      new PortInUse(new Port(8000), new PortHolder(42, "python -m http.server"));

  @Test
  void runsInItsModule() {
    assertThat(ProblemDetails.class.getModule().isNamed()).isTrue();
  }

  @Test
  @Tag("FR-043")
  void carriesCodeHolderAndRemedy() {
    var problem = ProblemDetails.of(FAILURE);

    assertThat(problem.get("code")).isEqualTo("VLM-005");
    assertThat(problem.get("status")).isEqualTo(409);
    assertThat(String.valueOf(problem.get("detail")))
        .contains("8000", "42", "python -m http.server");
    assertThat(String.valueOf(problem.get("remedy"))).contains("--port");
  }

  @Test
  void isWrittenAsJson() {
    assertThat(Json.of(ProblemDetails.of(FAILURE)))
        .startsWith("{")
        .contains("\"type\":\"urn:stoker:error:VLM-005\"", "\"evidence\":[]");
  }

  @Test
  void everyKindHasAnErrorStatus() {
    assertThat(Arrays.stream(FailureKind.values()).map(ProblemDetails::statusOf))
        .allMatch(status -> status >= 400 && status < 600);
  }
}
