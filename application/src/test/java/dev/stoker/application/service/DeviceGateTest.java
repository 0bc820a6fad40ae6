package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ModelFacts;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceNotice.Remarked;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.Gpus.Sample;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made sure of devices before a server is launched on them, and after it has ended. */
class DeviceGateTest {
  private static final ServiceName ONE = new ServiceName("one");
  private static final ServiceName TWO = new ServiceName("two");
  private static final long GIB = 1L << 30;

  private final FakeWorld world = new FakeWorld();
  private final UseCases stoker = Application.wire(world);
  private final ServiceOrchestrator orchestrator = stoker.orchestrator();
  private final List<ServiceNotice> notices = new ArrayList<>();

  @BeforeEach
  void onGpus() {
    world.provider().useGpus();
    orchestrator.listen(notices::add);
  }

  @AfterEach
  void nothingIsLeft() {
    List.of(ONE, TWO).forEach(orchestrator::stop);
    world.advance(Duration.ofSeconds(120));
    world.assertNothingLeft();
  }

  private ServiceStatus start(ServiceName name, Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put("port", name.equals(ONE) ? "8000" : "8001");
    orchestrator.define(
        new ServiceSpec(
            name,
            "vllm",
            new HubModel(new ModelId("acme/model")),
            null,
            List.of(),
            VllmLifecycleOptions.from(all)));
    orchestrator.start(name);
    world.advance(Duration.ofSeconds(40));
    return orchestrator.status(name);
  }

  private ServiceStatus start(Map<String, String> options) {
    return start(ONE, options);
  }

  private static Failure failureOf(ServiceStatus status) {
    assertThat(status.state()).isEqualTo(ServiceState.FAILED);
    return Objects.requireNonNull(status.lastFailure());
  }

  private void nothingWasLaunched() {
    assertThat(world.machine().launches()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"NO_DRIVER, load the driver", "NO_DEVICE, plugged"})
  @Tag("FR-012")
  @Tag("FR-046")
  @Tag("AC-030")
  @Tag("AC-039")
  @Tag("UT-003")
  void whereThereIsNoneItIsSaidBeforeAnythingIsLaunched(GpuTrouble trouble, String advice) {
    world
        .gpus()
        .fail(GpuSource.failed(GpuVendor.NVIDIA, "nvidia-smi", trouble, "nothing of the kind"));
    Failure failure = failureOf(start(Map.of()));
    assertThat(failure.code()).isEqualTo(ErrorCode.GPU_UNAVAILABLE);
    assertThat(failure.what())
        .isEqualTo("there is no usable NVIDIA GPU here: nvidia-smi says 'nothing of the kind'");
    assertThat(failure.remedy()).contains(advice, "nvidia-smi");
    nothingWasLaunched();
  }

  @Test
  @Tag("FR-012")
  @Tag("FR-046")
  @Tag("AC-030")
  @Tag("UT-003")
  @Tag("AC-039")
  void aDriverThatCannotBeUsedIsSaidBeforeAnythingIsLaunched() {
    world
        .gpus()
        .fail(
            GpuSource.failed(
                GpuVendor.NVIDIA,
                "nvidia-smi",
                GpuTrouble.MISMATCH,
                "Failed to initialize NVML: Driver/library version mismatch"));
    Failure failure = failureOf(start(Map.of()));
    assertThat(failure.code()).isEqualTo(ErrorCode.GPU_UNAVAILABLE);
    assertThat(failure.what()).contains("nvidia-smi says 'Failed to initialize NVML");
    assertThat(failure.remedy()).contains("reboot").contains("nvidia-smi");
    nothingWasLaunched();
  }

  @Test
  void whatCannotBeToldIsLeftToTheServer() {
    world
        .gpus()
        .fail(GpuSource.failed(GpuVendor.NVIDIA, "nvidia-smi", GpuTrouble.TIMEOUT, "hangs"));
    assertThat(start(Map.of()).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  @Tag("FR-006")
  @Tag("AC-003")
  void aDeviceThatIsNotHereIsNamedWithThoseThatAre() {
    world.gpus().add(80, 79);
    Failure failure = failureOf(start(Map.of("gpu.devices", "3")));
    assertThat(failure.code()).isEqualTo(ErrorCode.GPU_UNAVAILABLE);
    assertThat(failure.what()).contains("gpu.devices names '3'").contains("GPU 0 (Fake GPU)");
    nothingWasLaunched();
  }

  @Test
  @Tag("FR-029")
  @Tag("FR-030")
  @Tag("AC-029")
  void moreDevicesThanThereAre() {
    world.gpus().add(80, 79);
    Failure failure = failureOf(start(Map.of("gpu.tensor_parallel_size", "2")));
    assertThat(failure.code()).isEqualTo(ErrorCode.GPU_UNAVAILABLE);
    assertThat(failure.what()).contains("on 2 GPUs, and may use 1");
    Failure stages = failureOf(start(Map.of("gpu.pipeline_parallel_size", "3")));
    assertThat(stages.what()).contains("on 3 GPUs, and may use 1");
    nothingWasLaunched();
  }

  @Test
  void aDeviceThatIsLostIsNotTried() {
    GpuInfo device = world.gpus().add(80, 79);
    world
        .gpus()
        .replace(
            GpuInfo.of(GpuVendor.NVIDIA, "0")
                .uuid(device.uuid())
                .condition(GpuCondition.LOST)
                .done());
    Failure failure = failureOf(start(Map.of()));
    assertThat(failure.code()).isEqualTo(ErrorCode.GPU_FAULT);
    assertThat(failure.what()).contains("GPU 0").contains("lost");
    nothingWasLaunched();
  }

  @Test
  @Tag("FR-028")
  @Tag("AC-003")
  void memoryThatAStrangerHoldsIsSaidWithItsHolder() {
    world.gpus().add(80, 20);
    world.gpus().canTell();
    world.gpus().hold(new GpuHolder("GPU-0", 4711, "python3", new ByteSize(60 * GIB)));
    Failure failure = failureOf(start(Map.of()));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_ENOUGH_MEMORY);
    assertThat(failure.what())
        .contains("20.0 GiB free")
        .contains("72.0 GiB")
        .contains("pid 4711 (python3) with 60.0 GiB");
    nothingWasLaunched();
  }

  @Test
  @Tag("FR-028")
  @Tag("AC-028")
  void aSmallerShareOfItIsTried() {
    world.gpus().add(80, 20);
    assertThat(start(Map.of("gpu.gpu_memory_utilization", "0.2")).state())
        .isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void theSameDeviceByAnotherNameIsHeld() {
    world.gpus().add(80, 79);
    world.gpus().add(80, 79);
    assertThat(start(ONE, Map.of("gpu.devices", "0")).state()).isEqualTo(ServiceState.RUNNING);
    Failure failure = failureOf(start(TWO, Map.of("gpu.devices", "GPU-0")));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_ENOUGH_MEMORY);
    assertThat(failure.what()).contains("held by service 'one'");
  }

  @Test
  void whoWasToldOfNoDeviceTakesAsManyAsItNeedsAndNotAll() {
    world.gpus().add(80, 79);
    world.gpus().add(80, 79);
    assertThat(start(ONE, Map.of()).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(start(TWO, Map.of("gpu.devices", "1")).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  @Tag("AC-031")
  @Tag("NFR-015")
  @Tag("AC-034")
  void theStatusHasTheFiguresOfItsDevicesAndTheLastHourIsKept() {
    world.gpus().add(80, 79);
    GpuInfo mine = world.gpus().add(80, 79);
    start(Map.of("gpu.devices", "1"));
    assertThat(orchestrator.status(ONE).gpus()).containsExactly(mine);
    GpuInfo busy =
        GpuInfo.of(GpuVendor.NVIDIA, "1")
            .uuid("GPU-1")
            .measured(Measure.UTILIZATION, 97)
            .measured(Measure.TEMPERATURE, 70)
            .done();
    world.gpus().replace(busy);
    world.gpus().tell();
    assertThat(orchestrator.status(ONE).gpus()).containsExactly(busy);
    assertThat(stoker.gpus().lastHour())
        .filteredOn(sample -> sample.device().equals("GPU-1"))
        .extracting(Sample::utilizationPercent)
        .endsWith(97)
        .contains(0);
    world.advance(Duration.ofMinutes(61));
    world.gpus().tell();
    assertThat(stoker.gpus().lastHour()).hasSize(2);
    orchestrator.stop(ONE);
    world.advance(Duration.ofSeconds(60));
    assertThat(orchestrator.status(ONE).gpus()).isEmpty();
  }

  @Test
  @Tag("NFR-011")
  void whereHoldersCannotBeToldTheMemoryIsToComeBackToTheLevelBefore() {
    GpuInfo before = world.gpus().add(80, 79);
    start(Map.of());
    world.gpus().replace(used(50));
    orchestrator.stop(ONE);
    world.advance(Duration.ofSeconds(20));
    assertThat(orchestrator.status(ONE).state()).isEqualTo(ServiceState.STOPPING);
    world.gpus().replace(before);
    world.advance(Duration.ofSeconds(2));
    assertThat(orchestrator.status(ONE).state()).isEqualTo(ServiceState.STOPPED);
  }

  @Test
  @Tag("AC-018")
  void anErrorOfTheGpuThatLastsIsNotTriedAgain() {
    world.gpus().add(80, 79);
    start(Map.of());
    world.kernel().report(79);
    world.machine().last().end(new ExitStatus.Exited(1));
    world.advance(Duration.ofSeconds(60));
    Failure failure = failureOf(orchestrator.status(ONE));
    assertThat(failure.code()).isEqualTo(ErrorCode.GPU_FAULT);
    assertThat(failure.what()).contains("Xid 79").contains("fell off the bus");
    assertThat(failure.remedy()).contains("reboot");
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void onesThatTellOfAProgramsEndAreNoise() {
    world.gpus().add(80, 79);
    start(Map.of());
    world.kernel().report(45);
    world.machine().last().end(new ExitStatus.Exited(1));
    world.advance(Duration.ofSeconds(60));
    assertThat(orchestrator.status(ONE).state()).isEqualTo(ServiceState.RUNNING);
  }

  private static GpuInfo used(long gib) {
    return GpuInfo.of(GpuVendor.NVIDIA, "0")
        .uuid("GPU-0")
        .measured(Measure.TOTAL_MEMORY, 80 * GIB)
        .measured(Measure.USED_MEMORY, gib * GIB)
        .measured(Measure.AVAILABLE_MEMORY, (80 - gib) * GIB)
        .done();
  }

  private void modelOf(long gib) {
    world
        .hub()
        .say(
            new ModelFacts(
                "LlamaForCausalLM",
                "bfloat16",
                "",
                new ModelShape(80, 0, 0, 8192, 28672, 128_256, 64, 8, 128, 0, false, 2, 8192),
                "",
                ModelWeights.ofTotal(new ByteSize(gib * GIB)),
                "test",
                false));
  }

  @Test
  @Tag("FR-028")
  void aModelThatCannotFitIsRefusedWithItsCures() {
    world.gpus().add(80, 79);
    modelOf(131);
    Failure failure = failureOf(start(Map.of()));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_ENOUGH_MEMORY);
    assertThat(failure.what()).contains("'acme/model' does not fit");
    assertThat(failure.remedy()).contains("--tensor-parallel-size");
    nothingWasLaunched();
  }

  @Test
  @Tag("FR-028")
  void oneThatFitsTightlyIsTriedWithARemark() {
    world.gpus().add(80, 79);
    modelOf(67);
    assertThat(start(Map.of()).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(notices)
        .filteredOn(Remarked.class::isInstance)
        .extracting(each -> ((Remarked) each).text())
        .anyMatch(text -> text.contains("tightly"));
  }
}
