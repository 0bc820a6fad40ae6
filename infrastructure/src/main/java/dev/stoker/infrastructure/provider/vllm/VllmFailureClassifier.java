package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.Retry;
import dev.stoker.domain.failure.ServerFailure.Diagnosed;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.process.ExitStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the failure from how a server ended and what it printed. Pure.
 *
 * <p>In this order: the signal that ended it; of the process that failed first and deepest in the
 * tree, the first row of the table that one of its troubles matches; else it is unknown, and the
 * root's own words are shown. What no row knows is never guessed from processes further up.
 */
final class VllmFailureClassifier {
  /** What the launch of a ready server is said to be doing. */
  static final String SERVING = "serving";

  private static final int SHOWN_LINES = 15;
  private static final int LONGEST_WORDS = 300;
  private static final int SIGILL = 4;
  private static final int SIGBUS = 7;
  private static final int SIGKILL = 9;

  private static final Pattern ANSWERED = Pattern.compile("\"POST /v1/\\S+ HTTP/1\\.[01]\" 200\\b");

  /** The more certain first: what one row matches is not asked of the next. */
  private static final List<FailureRow> ROWS =
      Stream.of(
              ConfigurationRows.ROWS,
              MemoryRows.ROWS,
              DeviceRows.ROWS,
              ModelRows.ROWS,
              EnvironmentRows.ROWS,
              ConfigurationRows.LAST,
              ModelRows.LAST)
          .flatMap(List::stream)
          .toList();

  private VllmFailureClassifier() {}

  /**
   * What was concluded.
   *
   * @param row the row of the table, empty where none matched
   * @param failure what it is
   */
  record Verdict(String row, Failure failure) {}

  /**
   * {@return why a server ended}
   *
   * @param doing what it was doing, in words
   * @param evidence its last lines and how it ended
   */
  static Verdict explain(Subject subject, String doing, Evidence evidence) {
    List<String> lines = evidence.lines();
    Troubles troubles = Troubles.in(lines);
    Evidence shown = new Evidence(shown(lines, troubles), evidence.exit(), evidence.log());
    Optional<Verdict> bySignal = bySignal(evidence.exit(), doing, shown);
    return bySignal
        .or(() -> byTable(subject, doing.equals(SERVING), troubles, shown))
        .orElseGet(() -> new Verdict("", unknown(doing, evidence.exit(), troubles, shown)));
  }

  /**
   * {@return what is wrong by an output alone, of a server that nobody watched; empty where nothing
   * is reported in it, or where it served on after what is}
   */
  static Optional<Verdict> diagnose(List<String> lines) {
    List<String> own = CollectorPrefix.strip(lines);
    Troubles troubles = Troubles.in(own);
    if (!troubles.report() || servedAfter(troubles.all().getLast().at(), own)) {
      return Optional.empty();
    }
    boolean served = own.stream().anyMatch(line -> line.contains("Application startup complete"));
    return Optional.of(
        explain(Subject.guessedFrom(own), served ? SERVING : "starting", Evidence.of(own)));
  }

  /** What the engine answered, as long as no other launch follows in the same output. */
  private static boolean servedAfter(int last, List<String> lines) {
    return lines.stream()
        .skip(last + 1L)
        .takeWhile(line -> !line.contains("vLLM API server version"))
        .anyMatch(line -> ANSWERED.matcher(line).find());
  }

  private static Optional<Verdict> bySignal(
      @Nullable ExitStatus exit, String doing, Evidence shown) {
    if (!(exit instanceof ExitStatus.Signalled signalled)) {
      return Optional.empty();
    }
    return switch (signalled.signal()) {
      case SIGKILL -> Optional.of(new Verdict("KILLED", new Died(doing, exit, "", shown)));
      case SIGILL ->
          Optional.of(
              new Verdict(
                  "SIGILL",
                  new Diagnosed(
                      ErrorCode.BROKEN_ENVIRONMENT,
                      "the server ended while " + doing + " (" + exit.describe() + ")",
                      "this build uses instructions that this machine's processor lacks",
                      "install a build for this processor (the CPU build needs AVX2)",
                      ErrorCode.BROKEN_ENVIRONMENT.retry(),
                      shown)));
      case SIGBUS ->
          Optional.of(
              new Verdict(
                  "SIGBUS",
                  new Diagnosed(
                      ErrorCode.LIMIT_REACHED,
                      "the server ended while " + doing + " (" + exit.describe() + ")",
                      "most often /dev/shm is too small or full; a container has 64 MiB of it",
                      "'df -h /dev/shm'; in a container use --shm-size=8g or --ipc=host",
                      ErrorCode.LIMIT_REACHED.retry(),
                      shown)));
      default -> Optional.empty();
    };
  }

  private static Optional<Verdict> byTable(
      Subject subject, boolean serving, Troubles troubles, Evidence shown) {
    List<Trouble> root = troubles.ofRoot();
    for (FailureRow row : ROWS) {
      if (serving && !row.serving()) {
        continue;
      }
      for (Trouble trouble : root) {
        Matcher matcher = row.pattern().matcher(trouble.text());
        if (matcher.find()) {
          Finding found =
              new Finding(subject, matcher.toMatchResult(), words(trouble, matcher.start()), shown);
          Failure made = row.maker().make(found);
          return Optional.of(new Verdict(row.id(), serving ? afterServing(row, made) : made));
        }
      }
    }
    return Optional.empty();
  }

  /** What it served with before it can serve with again; hardware does not mend itself. */
  private static Failure afterServing(FailureRow row, Failure made) {
    boolean mends = !row.id().equals("GPU_HARDWARE") && made.retry() == Retry.POINTLESS;
    return mends && made instanceof Diagnosed diagnosed ? diagnosed.with(Retry.MAY_HELP) : made;
  }

  /** The line of the trouble in which the pattern was found. */
  private static String words(Trouble trouble, int at) {
    if (trouble.text().contains("Value error, ")) {
      return shortened(trouble.headline());
    }
    int from = trouble.text().lastIndexOf('\n', at) + 1;
    int to = trouble.text().indexOf('\n', at);
    return shortened(trouble.text().substring(from, to < 0 ? trouble.text().length() : to));
  }

  private static Died unknown(
      String doing, @Nullable ExitStatus exit, Troubles troubles, Evidence shown) {
    Optional<Trouble> echo = troubles.all().stream().reduce((_, later) -> later);
    return new Died(
        doing,
        exit == null ? new ExitStatus.Unseen() : exit,
        troubles
            .root()
            .or(() -> echo)
            .map(Trouble::headline)
            .map(VllmFailureClassifier::shortened)
            .orElse(""),
        shown);
  }

  private static String shortened(String words) {
    String one = words.strip();
    return one.length() > LONGEST_WORDS ? one.substring(0, LONGEST_WORDS) + "…" : one;
  }

  /** The lines that tell, oldest first; where none does, the last ones. */
  private static List<String> shown(List<String> lines, Troubles troubles) {
    List<String> telling = new ArrayList<>();
    for (Trouble trouble : troubles.telling()) {
      trouble.lines().stream()
          .map(VllmFailureClassifier::shortened)
          .filter(line -> !line.isBlank() && !telling.contains(line))
          .forEach(telling::add);
    }
    List<String> from = telling.isEmpty() ? lines : telling;
    return from.subList(Math.max(0, from.size() - SHOWN_LINES), from.size());
  }
}
