package dev.stoker.domain.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.DeviceFailure.DriverUnusable;
import dev.stoker.domain.failure.DeviceFailure.GpuUnavailable;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import dev.stoker.domain.failure.ModelFailure.ModelNotFound;
import dev.stoker.domain.failure.ModelFailure.Refusal;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.LoadStalled;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final ModelId ID = new ModelId("org/name");

  @Test
  void codesAreStableAndUnique() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code)).doesNotHaveDuplicates();
    assertThat(ErrorCode.GPU_UNAVAILABLE.code()).isEqualTo("VLM-001");
    assertThat(ErrorCode.MODEL_NOT_FOUND.code()).isEqualTo("VLM-002");
    assertThat(ErrorCode.AUTHENTICATION_REQUIRED.code()).isEqualTo("VLM-003");
    assertThat(ErrorCode.LOAD_TIMED_OUT.code()).isEqualTo("VLM-004");
    assertThat(ErrorCode.PORT_IN_USE.code()).isEqualTo("VLM-005");
    assertThat(ErrorCode.NOT_ENOUGH_MEMORY.code()).isEqualTo("VLM-006");
  }

  @Test
  @Tag("FR-043")
  @Tag("AC-005")
  @Tag("AC-036")
  void portInUseNamesItsHolder() {
    PortInUse failure = new PortInUse(new Port(8000), new PortHolder(42, "nginx: master"));

    assertThat(failure.what()).contains("8000", "42", "nginx: master");
    assertThat(failure.remedy()).contains("--port", "VLLM_PORT");
  }

  @Test
  @Tag("FR-044")
  @Tag("AC-037")
  void modelNotFoundShowsIdAndPage() {
    assertThat(new ModelNotFound(ID, Evidence.none()).what())
        .contains("org/name", "https://huggingface.co/org/name");
  }

  @Test
  @Tag("FR-045")
  @Tag("AC-038")
  void deniedAccessSaysWhatToSetAndWhere() {
    assertThat(new AccessDenied(ID, Refusal.UNKNOWN_ASKER, Evidence.none()).remedy())
        .contains("HF_TOKEN", "https://huggingface.co/settings/tokens");
    assertThat(new AccessDenied(ID, Refusal.GATED, Evidence.none()).remedy())
        .contains("accept the terms at https://huggingface.co/org/name");
  }

  @Test
  @Tag("AC-039")
  @Tag("FR-046")
  void aMissingGpuNamesTheCommandThatShowsIt() {
    assertThat(new GpuUnavailable("none", Evidence.none()).remedy())
        .contains("nvidia-smi", "rocm-smi");
  }

  @Test
  @Tag("FR-046")
  @Tag("AC-039")
  void aDriverThatCannotBeUsedIsQuoted() {
    DriverUnusable failure =
        new DriverUnusable(
            GpuSource.failed(GpuVendor.AMD, "rocm-smi", GpuTrouble.NO_DEVICE, "no AMD GPUs"));

    assertThat(failure.what()).contains("no usable AMD GPU", "rocm-smi says 'no AMD GPUs'");
    assertThat(failure.remedy()).contains("rocm-smi", "plugged");
  }

  @Test
  @Tag("FR-047")
  @Tag("AC-040")
  void aStallSaysHowLongWhereAndWhichKey() {
    LoadStalled failure =
        new LoadStalled(
            LoadPhase.WEIGHTS,
            Duration.ofSeconds(301),
            Duration.ofSeconds(400),
            "lifecycle.model_load_timeout_seconds",
            Evidence.none());

    assertThat(failure.what()).contains("301 s", "loading the weights", "400 s");
    assertThat(failure.remedy()).contains("lifecycle.model_load_timeout_seconds");
  }

  @Test
  @Tag("FR-042")
  void everyViolationIsShown() {
    InvalidConfiguration failure =
        new InvalidConfiguration(
            List.of(
                new Violation("port", "x", "must be a port", "flag --port"),
                new Violation("mode", "y", "must be a mode", "config.yml:2:3")));

    assertThat(failure.what())
        .contains("port = x (flag --port)", "must be a port")
        .contains("mode = y (config.yml:2:3)", "must be a mode");
  }
}
