package dev.stoker.domain.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.stoker.domain.fit.FitEstimate.Change;
import dev.stoker.domain.fit.FitEstimate.Cure;
import dev.stoker.domain.fit.FitEstimate.Verdict;
import dev.stoker.domain.unit.ByteSize;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worked examples of {@code facts-memory-fit.md} E.4, and what must hold of all. */
class MemoryFitTest {
  private static final double GIB = 1L << 30;

  /** vLLM 0.19 and later, on GPUs. */
  private static final EngineFootprint FOOTPRINT =
      new EngineFootprint(15.5, gib(0.3), gib(2.1), true, 0, 16);

  private static final Map<String, Model> MODELS =
      Map.of(
          "Qwen2.5-7B",
          new Model(
              new ModelShape(28, 0, 0, 3584, 18944, 152064, 28, 4, 128, 0, false, 2, 32768),
              15_231_233_024L,
              0),
          "Llama-3.1-8B",
          new Model(
              new ModelShape(32, 0, 0, 4096, 14336, 128256, 32, 8, 128, 0, false, 2, 131072),
              16_060_522_496L,
              0),
          "Llama-3.1-70B",
          new Model(
              new ModelShape(80, 0, 0, 8192, 28672, 128256, 64, 8, 128, 0, false, 2, 131072),
              141_107_412_992L,
              0),
          "Qwen3-30B-A3B",
          new Model(
              new ModelShape(48, 0, 0, 2048, 6144, 151936, 32, 4, 128, 0, true, 2, 40960),
              61_064_245_248L,
              0),
          "DeepSeek-V3",
          new Model(
              new ModelShape(61, 0, 0, 7168, 18432, 129280, 128, 128, 192, 576, true, 2, 163840),
              673_100_000_000L,
              1_230_000_000L));

  private record Model(ModelShape shape, long bytes, long replicated) {
    ModelWeights weights() {
      return new ModelWeights(new ByteSize(bytes), new ByteSize(replicated), new ByteSize(0));
    }
  }

  private static ByteSize gib(double size) {
    return new ByteSize(Math.round(size * GIB));
  }

  private static FitSettings settings(int tensorParallel, int pipelineParallel, int context) {
    return new FitSettings(tensorParallel, pipelineParallel, 0.92, context, 0, 0, null);
  }

  private static FitQuestion question(String model, String device, double size, FitSettings how) {
    List<DeviceMemory> devices =
        Collections.nCopies(
            how.devices(), new DeviceMemory("0", device, gib(size), gib(size - 0.5)));
    return new FitQuestion(
        MODELS.get(model).shape(), MODELS.get(model).weights(), devices, how, FOOTPRINT, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Qwen2.5-7B    | RTX  | 23.5  | 1 | 1 | 14.19 | 1.3 | 114000 | 32768  | FITS
          Llama-3.1-8B  | RTX  | 23.5  | 1 | 1 | 14.96 | 1.2 | 44400  | 131072 | DOES_NOT_FIT
          Llama-3.1-8B  | RTX  | 23.5  | 1 | 1 | 14.96 | 1.2 | 44400  | 32768  | FITS
          Llama-3.1-8B  | A100 | 79.2  | 1 | 1 | 14.96 | 1.5 | 462000 | 131072 | FITS
          Llama-3.1-8B  | H100 | 79.2  | 1 | 1 | 14.96 | 3.0 | 450000 | 131072 | FITS
          Llama-3.1-70B | H100 | 79.2  | 4 | 1 | 32.85 | 4.8 | 462000 | 131072 | FITS
          Llama-3.1-70B | H100 | 79.2  | 2 | 1 | 65.71 | 4.8 | 15500  | 131072 | DOES_NOT_FIT
          Llama-3.1-70B | H100 | 79.2  | 2 | 1 | 65.71 | 4.8 | 15500  | 8192   | TIGHT
          Llama-3.1-70B | L40S | 44.4  | 4 | 1 | 32.85 | 3.2 | 63200  | 32768  | FITS
          Llama-3.1-70B | L40S | 44.4  | 4 | 1 | 32.85 | 3.2 | 63200  | 131072 | DOES_NOT_FIT
          Qwen3-30B-A3B | H100 | 79.2  | 1 | 1 | 56.87 | 3.7 | 134000 | 40960  | FITS
          Qwen3-30B-A3B | RTX  | 23.5  | 2 | 1 | 28.44 | 3.6 | 0      | 40960  | DOES_NOT_FIT
          Qwen3-30B-A3B | RTX  | 23.5  | 4 | 1 | 14.22 | 3.6 | 168000 | 40960  | FITS
          DeepSeek-V3   | H200 | 139.8 | 8 | 1 | 79.4  | 5.9 | 662000 | 163840 | FITS
          DeepSeek-V3   | H100 | 79.2  | 8 | 1 | 79.4  | 5.9 | 0      | 163840 | DOES_NOT_FIT
          DeepSeek-V3   | H100 | 79.2  | 8 | 2 | 40.4  | 5.9 | 800000 | 163840 | FITS
          """)
  void workedExamples(
      String model,
      String device,
      double size,
      int tensorParallel,
      int pipelineParallel,
      double weights,
      double overhead,
      long tokens,
      int context,
      Verdict verdict) {
    FitEstimate estimate =
        MemoryFit.of(
            question(model, device, size, settings(tensorParallel, pipelineParallel, context)));

    assertThat(estimate.weights() / GIB).isCloseTo(weights, within(weights * 0.01));
    assertThat(estimate.overhead() / GIB).isCloseTo(overhead, within(0.2));
    // The overhead's part in what is left differs from case to case.
    assertThat((double) estimate.tokens()).isCloseTo(tokens, within(Math.max(1, tokens * 0.06)));
    assertThat(estimate.verdict()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "Qwen2.5-7B, 1, 57344, 32768, 1.75",
    "Llama-3.1-8B, 1, 131072, 131072, 16.0",
    "Llama-3.1-70B, 1, 327680, 131072, 40.0",
    "Llama-3.1-70B, 4, 81920, 131072, 10.0",
    "Qwen3-30B-A3B, 1, 98304, 40960, 3.75",
    "DeepSeek-V3, 1, 70272, 163840, 10.72",
    "DeepSeek-V3, 8, 70272, 163840, 10.72"
  })
  void oneRequest(String model, int tensorParallel, long perToken, int context, double gib) {
    ModelShape shape = MODELS.get(model).shape();

    assertThat(shape.layers() * shape.cachedPerLayer(tensorParallel, 2)).isEqualTo(perToken);
    FitEstimate estimate =
        MemoryFit.of(question(model, "H200", 139.8, settings(tensorParallel, 1, context)));
    assertThat(estimate.cacheNeeded() / GIB).isCloseTo(gib, within(0.005));
  }

  @Test
  void whatWouldMakeItFitIsSaidInNumbers() {
    FitEstimate estimate =
        MemoryFit.of(question("Llama-3.1-70B", "H100", 79.2, settings(2, 1, 24000)));

    assertThat(estimate.verdict()).isEqualTo(Verdict.DOES_NOT_FIT);
    assertThat(estimate.problem()).contains("24000 tokens needs 3.7 GiB");
    assertThat(estimate.cures())
        .extracting(Cure::change)
        .contains(Change.CONTEXT, Change.SEQUENCES, Change.CACHE_TYPE, Change.TENSOR_PARALLEL);
    assertThat(estimate.cures()).contains(new Cure(Change.TENSOR_PARALLEL, "4"));
  }

  @Test
  void everyCureCures() {
    for (String model : MODELS.keySet()) {
      FitSettings how = settings(1, 1, 0);
      FitQuestion asked = question(model, "RTX", 23.5, how);
      for (Cure cure : MemoryFit.of(asked).cures()) {
        FitSettings cured =
            switch (cure.change()) {
              case CONTEXT -> how.withContext(Integer.parseInt(cure.value()));
              case UTILIZATION -> how.withUtilization(Double.parseDouble(cure.value()));
              case SEQUENCES -> how.withSequences(Integer.parseInt(cure.value()));
              case CACHE_TYPE -> how.withCacheElementBytes(1);
              case TENSOR_PARALLEL -> how.withTensorParallel(Integer.parseInt(cure.value()));
            };
        assertThat(MemoryFit.of(question(model, "RTX", 23.5, cured)).problem())
            .as(model + " " + cure)
            .isEmpty();
      }
    }
  }

  @Test
  void aNoIsCertainOnlyWhereItDoesNotRestOnAnEstimate() {
    FitQuestion weightsAlone = question("Llama-3.1-70B", "H100", 79.2, settings(1, 1, 100));
    assertThat(MemoryFit.of(weightsAlone).certain()).isTrue();
    assertThat(MemoryFit.of(weightsAlone).problem()).contains("leave nothing of 72.9 GiB");

    // 2.4 GiB are left by the estimate, 7 GiB if the server took nothing else.
    FitQuestion doubtful = question("Llama-3.1-70B", "H100", 79.2, settings(2, 1, 30000));
    assertThat(MemoryFit.of(doubtful).verdict()).isEqualTo(Verdict.DOES_NOT_FIT);
    assertThat(MemoryFit.of(doubtful).certain()).isFalse();
  }

  @Test
  void whatOthersHoldCounts() {
    Model model = MODELS.get("Qwen2.5-7B");
    DeviceMemory busy = new DeviceMemory("1", "RTX", gib(23.5), gib(20));
    FitEstimate estimate =
        MemoryFit.of(
            new FitQuestion(
                model.shape(), model.weights(), List.of(busy), settings(1, 1, 0), FOOTPRINT, null));

    assertThat(estimate.problem())
        .isEqualTo("device 1 has 20.0 GiB free, and 21.6 GiB are to be" + " taken of it");
    assertThat(estimate.certain()).isTrue();
    assertThat(estimate.cures()).contains(new Cure(Change.UTILIZATION, "0.74"));
  }

  @Test
  void aCacheOfAGivenSizeLooksAtNoShare() {
    FitQuestion asked = question("Qwen2.5-7B", "RTX", 23.5, settings(1, 1, 0));
    FitSettings given = new FitSettings(1, 1, 0.1, 0, 0, 0, gib(4));
    FitEstimate estimate = MemoryFit.of(asked.with(given));

    assertThat(estimate.verdict()).isEqualTo(Verdict.FITS);
    assertThat(estimate.tokens()).isEqualTo(4L * (1 << 30) / 57344 / 16 * 16);
    assertThat(MemoryFit.of(asked.with(new FitSettings(1, 1, 0.1, 0, 0, 0, gib(1)))).problem())
        .contains("needs 1.8 GiB of cache, and 1.0 GiB are left");
    assertThat(MemoryFit.of(asked.with(new FitSettings(1, 1, 0.1, 0, 0, 0, gib(20)))).problem())
        .contains("23.0 GiB free, and 35.5 GiB are to be taken");
  }

  @Test
  void whatWasMeasuredCountsInsteadOfTheEstimate() {
    FitQuestion asked = question("Llama-3.1-8B", "RTX", 23.5, settings(1, 1, 32768));
    FitQuestion measured =
        new FitQuestion(
            asked.shape(), asked.weights(), asked.devices(), asked.settings(), FOOTPRINT, gib(4));

    assertThat(MemoryFit.of(measured).overhead()).isEqualTo(gib(4).bytes());
    assertThat(MemoryFit.of(measured).verdict()).isEqualTo(Verdict.DOES_NOT_FIT);
  }

  @Test
  void withoutDevicesNothingIsClaimed() {
    Model model = MODELS.get("Qwen2.5-7B");
    FitEstimate estimate =
        MemoryFit.of(
            new FitQuestion(
                model.shape(), model.weights(), List.of(), settings(1, 1, 0), FOOTPRINT, null));

    assertThat(estimate.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(estimate.cures()).isEmpty();
    assertThat(estimate.cacheNeeded()).isEqualTo(57344L * 32768);
  }

  @Test
  void tooFewDevicesAndHeadsThatCannotBeShared() {
    FitQuestion two = question("Qwen2.5-7B", "RTX", 23.5, settings(2, 1, 0));
    FitQuestion one =
        new FitQuestion(
            two.shape(),
            two.weights(),
            two.devices().subList(0, 1),
            two.settings(),
            FOOTPRINT,
            null);
    assertThat(MemoryFit.of(one).problem())
        .isEqualTo("it is to run on 2 devices, and 1 may be used");
    assertThat(MemoryFit.of(question("Qwen2.5-7B", "RTX", 23.5, settings(3, 1, 0))).problem())
        .isEqualTo("its 28 attention heads cannot be shared evenly by 3 devices");
  }

  @Test
  void whatMustHoldOfEveryModel() {
    for (String model : MODELS.keySet()) {
      long before = Long.MAX_VALUE;
      for (int devices : new int[] {1, 2, 4}) {
        FitEstimate estimate = MemoryFit.of(question(model, "H100", 79.2, settings(devices, 1, 0)));
        assertThat(estimate.weights()).as("more devices, fewer weights").isLessThan(before);
        before = estimate.weights();
      }
      FitSettings how = settings(4, 1, 0);
      FitEstimate wide = MemoryFit.of(question(model, "H200", 139.8, how));
      FitEstimate narrow =
          MemoryFit.of(question(model, "H200", 139.8, how.withCacheElementBytes(1)));
      assertThat(narrow.cacheNeeded() * 2).isEqualTo(wide.cacheNeeded());
      boolean fitted = true;
      for (int context = 1024; context <= 131072; context *= 2) {
        boolean fits =
            MemoryFit.of(question(model, "H100", 79.2, settings(2, 1, context)))
                .problem()
                .isEmpty();
        assertThat(fits && !fitted).as("longer never turns no into yes").isFalse();
        fitted = fits;
      }
    }
  }

  @Test
  void aWindowBoundsWhatALayerKeeps() {
    ModelShape half =
        new ModelShape(32, 16, 1024, 4096, 14336, 128256, 32, 8, 128, 0, false, 2, 65536);
    FitQuestion asked =
        new FitQuestion(
            half,
            MODELS.get("Llama-3.1-8B").weights(),
            List.of(new DeviceMemory("0", "H100", gib(79.2), gib(79))),
            settings(1, 1, 65536),
            FOOTPRINT,
            null);

    long perLayer = half.cachedPerLayer(1, 2);
    assertThat(MemoryFit.of(asked).cacheNeeded())
        .isEqualTo(perLayer * 16 * (65536 + (1024 - 1 + 8192 + 1) + 16));
  }

  @Test
  void impossibleNumbersAreRefusedTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ModelShape(0, 0, 0, 4096, 14336, 128256, 32, 8, -1, 0, false, 2, 65536))
        .withMessageContaining("num_hidden_layers is 0")
        .withMessageContaining("head_dim is -1");
  }
}
