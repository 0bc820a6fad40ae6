package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.Retry;
import dev.stoker.infrastructure.provider.vllm.Corpus.Entry;
import dev.stoker.infrastructure.provider.vllm.VllmFailureClassifier.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What vLLM really prints, and what is concluded from it; one test for each text. */
class CorpusTest {
  private static final Pattern RECORD =
      Pattern.compile("(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) \\d\\d-\\d\\d \\d\\d:");

  private static List<Entry> failures() {
    return Corpus.entries().stream().filter(each -> !each.isClean()).toList();
  }

  private static List<Entry> clean() {
    return Corpus.entries().stream().filter(Entry::isClean).toList();
  }

  @ParameterizedTest
  @MethodSource("failures")
  @Tag("FR-012")
  @Tag("FR-013")
  @Tag("FR-025")
  @Tag("FR-044")
  @Tag("FR-045")
  @Tag("FR-046")
  @Tag("UT-003")
  @Tag("UT-004")
  @Tag("AC-037")
  @Tag("AC-038")
  @Tag("AC-039")
  @Tag("AC-030")
  void itIsWhatItIs(Entry entry) {
    Verdict verdict = entry.verdict();
    Failure failure = verdict.failure();

    assertThat(verdict.row()).as("row, of %s", failure.evidence().lines()).isEqualTo(entry.row());
    assertThat(failure.code().code()).isEqualTo(entry.field("code"));
    String words = failure.what() + " / " + failure.cause() + " / " + failure.remedy();
    assertThat(words).contains(entry.says());
    assertThat(failure.remedy()).isNotBlank();
    if (entry.doing().equals(VllmFailureClassifier.SERVING) && !entry.row().startsWith("SIG")) {
      assertThat(failure.retry() == Retry.POINTLESS)
          .as("what it served with before it can serve with again; hardware does not mend itself")
          .isEqualTo(entry.row().equals("GPU_HARDWARE"));
    }
    assertThat(failure.evidence().lines()).hasSizeBetween(1, 15);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void theOutputAloneTellsTheSame(Entry entry) {
    Optional<Verdict> alone = VllmFailureClassifier.diagnose(entry.lines());
    boolean bySignal = List.of("KILLED", "SIGILL", "SIGBUS").contains(entry.row());

    if (!bySignal && !entry.row().isEmpty()) {
      assertThat(alone).map(Verdict::row).contains(entry.row());
    }
  }

  /** As with {@code VLLM_LOGGING_PREFIX}. */
  @ParameterizedTest
  @MethodSource("failures")
  void aPrefixOfRecordsChangesNothing(Entry entry) {
    List<String> lines =
        entry.lines().stream()
            .map(line -> RECORD.matcher(line).replaceFirst("[node 1] $0"))
            .toList();

    assertThat(VllmFailureClassifier.diagnose(lines).map(Verdict::row))
        .isEqualTo(VllmFailureClassifier.diagnose(entry.lines()).map(Verdict::row));
  }

  /** As outputs come from Docker, Kubernetes, Compose and journald. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nov 22 05:00:00 host vllm[123]: ",
        "2026-11-22T05:00:00.123456789Z ",
        "2026-11-22T05:00:00.123456789Z stderr F ",
        "2026-11-22T05:00:00+0000 host python[12]: ",
        "2026-11-22 05:00:00 ",
        "vllm-1  | ",
        "[pod/vllm-0/vllm] "
      })
  void whatACollectorPutsBeforeEachLineChangesNothing(String prefix) {
    for (Entry entry : failures()) {
      List<String> lines = entry.lines().stream().map(line -> prefix + line).toList();
      assertThat(VllmFailureClassifier.diagnose(lines).map(Verdict::row))
          .as(entry.toString())
          .isEqualTo(VllmFailureClassifier.diagnose(entry.lines()).map(Verdict::row));
    }
    for (Entry entry : clean()) {
      assertThat(
              VllmFailureClassifier.diagnose(
                  entry.lines().stream().map(line -> prefix + line).toList()))
          .as(entry.toString())
          .isEmpty();
    }
  }

  @Test
  void theJsonLinesOfDockerAreReadToo() {
    List<String> lines =
        List.of(
            "{\"log\":\"Traceback (most recent call last):\\n"
                + "\",\"stream\":\"stderr\",\"time\":\"x\"}",
            "{\"log\":\"ValueError: No supported config format found in 'a\\\"b'\\n"
                + "\",\"stream\":\"stderr\",\"time\":\"x\"}");

    assertThat(CollectorPrefix.strip(lines))
        .containsExactly(
            "Traceback (most recent call last):",
            "ValueError: No supported config format found in 'a\"b'");
  }

  /** Of a start that failed only the last words are there. */
  @Test
  void anEchoAloneIsAFailureWhoseCauseIsNotHere() {
    List<String> echo =
        List.of(
            "RuntimeError: Engine core initialization failed. See root cause above. Failed core"
                + " proc(s): {}");

    assertThat(VllmFailureClassifier.diagnose(echo))
        .map(verdict -> verdict.failure().what() + verdict.failure().cause())
        .get()
        .asString()
        .contains("Engine core initialization failed");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatAServerAnswersAfterwardsShowsThatItLives(Entry entry) {
    String answered = "INFO:     127.0.0.1:5 - \"POST /v1/completions HTTP/1.1\" 200 OK";

    assertThat(VllmFailureClassifier.diagnose(with(entry.lines(), answered))).isEmpty();
    assertThat(
            VllmFailureClassifier.diagnose(with(List.of(answered), "ValueError: x"))
                .map(verdict -> verdict.failure().what()))
        .isPresent();
  }

  private static List<String> with(List<String> lines, String last) {
    return Stream.concat(lines.stream(), Stream.of(last)).toList();
  }

  @ParameterizedTest
  @MethodSource("clean")
  void nothingIsFoundWhereNothingFailed(Entry entry) {
    assertThat(VllmFailureClassifier.diagnose(entry.lines()))
        .map(verdict -> verdict.failure().what())
        .isEmpty();
  }

  /** Printed for the README; what is asserted is that nothing known is taken for something else. */
  @Test
  void precisionAndRecall() {
    int known = 0;
    int found = 0;
    int right = 0;
    for (Entry entry : failures()) {
      String row = entry.verdict().row();
      known += entry.row().isEmpty() ? 0 : 1;
      found += row.isEmpty() ? 0 : 1;
      right += !row.isEmpty() && row.equals(entry.row()) ? 1 : 0;
    }
    String report =
        String.format(
            Locale.ROOT,
            "corpus: %d texts (%d of them whole outputs of real runs), %d with a cause that the"
                + " table knows; precision %.3f, recall %.3f",
            Corpus.entries().size(),
            Corpus.entries().stream().filter(Entry::isReal).count(),
            known,
            (double) right / found,
            (double) right / known);
    System.out.println(report);

    assertThat(right).as(report).isEqualTo(found);
  }
}
