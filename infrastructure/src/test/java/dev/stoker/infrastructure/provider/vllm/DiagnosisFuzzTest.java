package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.infrastructure.provider.vllm.Corpus.Entry;
import dev.stoker.infrastructure.provider.vllm.VllmFailureClassifier.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cut, spliced and senseless output: no exception, and no verdict that is another one's. */
class DiagnosisFuzzTest {
  private static final int CUTS = Integer.getInteger("fuzz.cuts", 40);
  private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 300);

  private static List<Entry> failures() {
    return Corpus.entries().stream().filter(each -> !each.isClean()).toList();
  }

  /**
   * {@return what a part of the text may be taken for: the same, nothing known, or a row that holds
   * of every cause of its kind and says so}
   */
  private static Set<String> allowed(Entry entry) {
    Set<String> rows = new HashSet<>(Set.of("", "SETTING", "MODEL_UNCLEAR"));
    rows.add(entry.row());
    switch (entry.row()) {
      case "SHARED_MEMORY" -> rows.add("NCCL");
      case "GATED" -> rows.addAll(Set.of("FORBIDDEN", "UNAUTHORISED"));
      case "MODEL_NOT_FOUND" -> rows.add("UNAUTHORISED");
      default -> {}
    }
    return rows;
  }

  private static String row(Entry entry, List<String> lines) {
    return VllmFailureClassifier.explain(entry.subject(), entry.doing(), entry.evidence(lines))
        .row();
  }

  /** A line that was cut off says less, never something else. */
  @ParameterizedTest
  @MethodSource("failures")
  void aCutLineNeverTurnsTheVerdict(Entry entry) {
    Random random = new Random(entry.name().hashCode());
    List<String> whole = entry.lines();
    for (int round = 0; round < CUTS && !whole.isEmpty(); round++) {
      List<String> cut = new ArrayList<>(whole);
      int at = random.nextInt(cut.size());
      String line = cut.get(at);
      int length = random.nextInt(line.length() + 1);
      cut.set(at, random.nextBoolean() ? line.substring(0, length) : line.substring(length));

      assertThat(row(entry, cut)).as("cut: %s", cut.get(at)).isIn(allowed(entry));
    }
  }

  /** As much of the end as was kept, and as much as was printed when somebody looked. */
  @ParameterizedTest
  @MethodSource("failures")
  void aPartOfTheOutputNeverTurnsTheVerdict(Entry entry) {
    Random random = new Random(entry.name().hashCode());
    List<String> whole = entry.lines();
    Set<String> right = allowed(entry);
    for (int round = 0; round < CUTS && !whole.isEmpty(); round++) {
      int at = random.nextInt(whole.size());
      assertThat(row(entry, whole.subList(at, whole.size()))).as("from %d", at).isIn(right);
      assertThat(row(entry, whole.subList(0, at))).as("until %d", at).isIn(right);
    }
  }

  @Test
  void whatWasSplicedIsOneOfTheTwo() {
    Random random = new Random(3);
    List<Entry> all =
        failures().stream().filter(each -> !each.field("doing").equals("serving")).toList();
    for (int round = 0; round < ROUNDS; round++) {
      Entry one = all.get(random.nextInt(all.size()));
      Entry other = all.get(random.nextInt(all.size()));
      List<String> first = one.lines();
      List<String> second = other.lines();
      List<String> spliced = new ArrayList<>(first.subList(0, random.nextInt(first.size() + 1)));
      spliced.addAll(second.subList(random.nextInt(second.size() + 1), second.size()));
      Verdict verdict =
          VllmFailureClassifier.explain(one.subject(), "starting", Evidence.of(spliced));

      Set<String> right = allowed(one);
      right.addAll(allowed(other));
      assertThat(verdict.row()).isIn(right);
      assertThat(verdict.failure().evidence().lines()).hasSizeLessThanOrEqualTo(15);
    }
  }

  @Test
  void senselessBytesAreUnknown() {
    Random random = new Random(5);
    for (int round = 0; round < ROUNDS; round++) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        lines.add(new String(bytes, StandardCharsets.UTF_8));
      }

      assertThat(
              VllmFailureClassifier.explain(
                      failures().getFirst().subject(), "starting", Evidence.of(lines))
                  .row())
          .isEmpty();
    }
  }

  /** Long lines, and texts that make careless patterns slow. */
  @Test
  void hostileLinesAreReadInTimeThatGrowsWithTheirLength() {
    List<String> hostile =
        List.of(
            "a".repeat(8000) + "Error",
            "A.".repeat(4000) + "Error: x",
            "ValueError: " + "(".repeat(8000),
            "ValueError: max seq len (1), (" + "1.".repeat(4000),
            "(".repeat(8000),
            "(Worker pid=1) ".repeat(500),
            "ERROR 11-22 10:00:00 [" + "a".repeat(8000),
            "pydantic_core._pydantic_core.ValidationError: 1 validation error for "
                + "X".repeat(7900));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      lines.addAll(hostile);
    }
    long began = System.nanoTime();
    Verdict verdict =
        VllmFailureClassifier.explain(
            failures().getFirst().subject(), "starting", Evidence.of(lines));

    assertThat(verdict.row()).isEmpty();
    assertThat((System.nanoTime() - began) / 1_000_000_000.0).as("seconds").isLessThan(20);
  }
}
