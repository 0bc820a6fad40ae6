package dev.stoker.infrastructure.provider.vllm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything in an output that reports a failure, and which of it is the root ({@code
 * facts-vllm.md} 4.2). Source lines of tracebacks, warnings and what clients did are left out: a
 * text that is only quoted there is no failure.
 */
final class Troubles {
  /** So far in stand the lines of source in a traceback. */
  private static final String SOURCE = "    ";

  private static final int MOST_LINES = 12;
  private static final int LONGEST = 4000;

  private static final Pattern EXCEPTION =
      Pattern.compile(
          "^(?:[A-Za-z_][\\w.]{0,200}\\.)?[A-Za-z_]\\w{0,100}"
              + "(?:Error|Exception|Interrupt|Exit|Timeout)(?::.*)?$");

  /** argparse's, at the end of its usage. */
  private static final Pattern USAGE = Pattern.compile("^[\\w .-]{1,60}: error: .*");

  /** What native code says before it ends the process. */
  private static final Pattern NATIVE =
      Pattern.compile(
          "^(?:terminate called|Fatal Python error|Bus error|Segmentation fault|Illegal"
              + " instruction|Aborted|free\\(\\):|malloc\\(\\):|double free).*"
              + "|^\\[rank\\d{1,4}\\]:\\[[EF].*|^.{0,80}\\bNCCL error.*");

  /** What uvicorn reports before the server ends. */
  private static final Pattern UVICORN = Pattern.compile("^ERROR:\\s+(?!Exception in ASGI).*");

  private static final Pattern TRACEBACK =
      Pattern.compile(
          "^(?:Traceback \\(most recent call last\\)|During handling of|The above exception was"
              + "|Process [A-Za-z]).*");

  private static final Pattern WRAPPER =
      Pattern.compile(
          "Engine core initialization failed|WorkerProc initialization failed"
              + "|WorkerProc failed to start|EngineCore failed to start|Executor failed"
              + "|EngineDeadError|EngineCore encountered|CancelledError|KeyboardInterrupt"
              + "|^SystemExit|Engine process failed to start|died unexpectedly"
              + "|Frontend process failed during|output_handler failed"
              + "|engine core exited unexpectedly|MQEngineDeadError|Dumping (?:input|scheduler)");

  /** Of the wrappers, those that no orderly end prints. */
  private static final Pattern GRAVE_ECHO =
      Pattern.compile(
          "initialization failed|failed to start|EngineDeadError|EngineCore encountered"
              + "|died unexpectedly|exited unexpectedly");

  /** What processes say because another has ended. */
  private static final Pattern AFTERMATH =
      Pattern.compile(
          "^(?:BrokenPipeError|ConnectionResetError|ConnectionRefusedError|EOFError"
              + "|zmq\\.error\\.(?:ContextTerminated|Again)|asyncio\\.\\S*CancelledError"
              + "|torch\\.distributed\\.DistBackendError.*Connection closed)");

  private final List<Trouble> all;

  private Troubles(List<Trouble> all) {
    this.all = all;
  }

  static Troubles in(List<String> lines) {
    List<Trouble> found = new ArrayList<>();
    Map<String, Open> open = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      OutputLine line = OutputLine.of(lines.get(i));
      Open before = open.get(line.process());
      if (before != null && before.takes(line)) {
        before.add(line.text());
        continue;
      }
      if (before != null) {
        found.add(before.close());
        open.remove(line.process());
      }
      if (begins(line)) {
        open.put(line.process(), new Open(line, i));
      }
    }
    open.values().forEach(each -> found.add(each.close()));
    found.sort(Comparator.comparingInt(Trouble::at));
    return new Troubles(List.copyOf(found));
  }

  private static boolean begins(OutputLine line) {
    String text = line.text();
    if (line.isHarmless() || text.isBlank() || TRACEBACK.matcher(text).matches()) {
      return false;
    }
    return EXCEPTION.matcher(text).matches()
        || (!line.level().isEmpty() && !Character.isWhitespace(text.charAt(0)))
        || USAGE.matcher(text).matches()
        || NATIVE.matcher(text).matches()
        || UVICORN.matcher(text).matches();
  }

  /** A trouble whose message may go on. */
  private static final class Open {
    private final OutputLine first;
    private final int at;
    private final boolean exception;
    private final StringBuilder text;
    private int lines = 1;

    Open(OutputLine first, int at) {
      this.first = first;
      this.at = at;
      this.exception = EXCEPTION.matcher(first.text()).matches();
      this.text = new StringBuilder(first.text());
    }

    /** A message goes on until a blank line, another record or another failure. */
    boolean takes(OutputLine next) {
      return exception
          && lines < MOST_LINES
          && text.length() < LONGEST
          && next.level().equals(first.level())
          && !next.text().isBlank()
          && !next.text().startsWith("  File ")
          && !next.text().startsWith(SOURCE)
          && !TRACEBACK.matcher(next.text()).matches()
          && !EXCEPTION.matcher(next.text()).matches()
          && !(first.level().isEmpty() && next.text().startsWith("INFO: "));
    }

    void add(String more) {
      lines++;
      text.append('\n').append(more);
    }

    Trouble close() {
      String whole = text.length() > LONGEST ? text.substring(0, LONGEST) : text.toString();
      return new Trouble(first.process(), first.depth(), at, exception, whole);
    }
  }

  /** {@return all of them, as they came} */
  List<Trouble> all() {
    return all;
  }

  /**
   * {@return whether a failure is reported: a cause, or the echo of one whose own words are not
   * here; what merely goes with an orderly end is none}
   */
  boolean report() {
    return !telling().isEmpty()
        || all.stream().anyMatch(each -> GRAVE_ECHO.matcher(each.text()).find());
  }

  /** {@return those that are no mere echo of another, as they came} */
  List<Trouble> telling() {
    return all.stream().filter(Troubles::tells).toList();
  }

  private static boolean tells(Trouble trouble) {
    String first = trouble.text().lines().findFirst().orElse("");
    return !WRAPPER.matcher(first).find() && !AFTERMATH.matcher(first).find();
  }

  /**
   * {@return what the process reported that failed first of those deepest in the tree, as it came;
   * empty where nobody reported anything}
   */
  List<Trouble> ofRoot() {
    List<Trouble> telling = telling();
    List<Trouble> exceptions = telling.stream().filter(Trouble::isException).toList();
    List<Trouble> from = exceptions.isEmpty() ? telling : exceptions;
    int deepest = from.stream().mapToInt(Trouble::depth).max().orElse(0);
    Optional<String> first =
        from.stream().filter(each -> each.depth() == deepest).map(Trouble::process).findFirst();
    // A record of something that was tried again is no cause beside what ended the process.
    return from.stream()
        .filter(each -> each.depth() == deepest)
        .filter(each -> each.process().equals(first.orElse("")) || each.process().isEmpty())
        .toList();
  }

  /** {@return the last exception of the root, or else its last words; empty where there is none} */
  Optional<Trouble> root() {
    List<Trouble> root = ofRoot();
    return root.stream()
        .filter(Trouble::isException)
        .reduce((_, later) -> later)
        .or(() -> root.stream().reduce((_, later) -> later));
  }
}
