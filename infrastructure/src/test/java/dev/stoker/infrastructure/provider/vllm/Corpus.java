package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.unit.Port;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The texts of {@code corpus.txt}, with what is expected of each. */
final class Corpus {
  private Corpus() {}

  /**
   * A text.
   *
   * @param name of the block
   * @param fields its fields
   * @param text quoted; empty where a whole log is meant
   * @param before what was printed before it
   */
  record Entry(String name, Map<String, String> fields, List<String> text, List<String> before) {
    String field(String key) {
      return fields.getOrDefault(key, "");
    }

    boolean isReal() {
      return fields.containsKey("log");
    }

    /** {@return whether no failure is in it} */
    boolean isClean() {
      return field("row").isEmpty();
    }

    /** {@return the row that is to be found; empty where it is to stay unknown} */
    String row() {
      return field("row").equals("none") ? "" : field("row");
    }

    String doing() {
      return field("doing").equals("serving") ? VllmFailureClassifier.SERVING : "starting";
    }

    List<String> says() {
      return Arrays.stream(field("says").split("\\|", -1)).filter(each -> !each.isBlank()).toList();
    }

    Subject subject() {
      return field("model").equals("hub")
          ? new Subject("acme/some-model", new ModelId("acme/some-model"), new Port(8000))
          : new Subject("/models/x", null, new Port(8000));
    }

    List<String> lines() {
      if (isReal()) {
        return Corpus.log(field("log"));
      }
      List<String> lines = new ArrayList<>(before);
      lines.addAll(framed(field("frame"), text));
      return lines;
    }

    Evidence evidence(List<String> lines) {
      String exit = field("exit");
      return new Evidence(
          lines, exit.isEmpty() ? null : ExitStatus.ofExitValue(Integer.parseInt(exit)), "/log");
    }

    VllmFailureClassifier.Verdict verdict() {
      return VllmFailureClassifier.explain(subject(), doing(), evidence(lines()));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> fields = new HashMap<>();
    List<String> text = new ArrayList<>();
    List<String> before = new ArrayList<>();
    List<String> open = new ArrayList<>();
    String name = "";
    for (String line : read("corpus.txt").lines().toList()) {
      if (line.startsWith("### ")) {
        add(entries, name, fields, text, before);
        name = line.substring(4);
        fields = new HashMap<>();
        text = new ArrayList<>();
        before = new ArrayList<>();
        open = new ArrayList<>();
      } else if (line.equals("text:")) {
        open = text;
      } else if (line.equals("before:")) {
        open = before;
      } else if (open == text || open == before) {
        open.add(line);
      } else if (line.contains(":") && !line.startsWith("#")) {
        int colon = line.indexOf(':');
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    add(entries, name, fields, text, before);
    return entries;
  }

  private static void add(
      List<Entry> entries,
      String name,
      Map<String, String> fields,
      List<String> text,
      List<String> before) {
    if (!name.isEmpty()) {
      while (!text.isEmpty() && text.getLast().isBlank()) {
        text.removeLast();
      }
      entries.add(new Entry(name, Map.copyOf(fields), List.copyOf(text), List.copyOf(before)));
    }
  }

  /** {@return the lines of a real output, as Stoker reads them} */
  static List<String> log(String name) {
    return read("logs/" + name)
        .lines()
        .flatMap(line -> Arrays.stream(line.split("\r", -1)))
        .filter(line -> !line.isBlank())
        .toList();
  }

  private static String read(String name) {
    try (InputStream file = Corpus.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tracebacks and wrappers around a cause, as {@code facts-vllm.md} 4.2 describes them. */
  private static List<String> framed(String frame, List<String> text) {
    List<String> lines = new ArrayList<>();
    switch (frame) {
      case "worker" -> {
        String worker = "(Worker_TP0 pid=300) ERROR 11-22 10:00:00 [multiproc_executor.py:953] ";
        lines.add(worker + "WorkerProc failed to start.");
        traceback(lines, worker, text);
        engine(
            lines,
            List.of(
                "Exception: WorkerProc initialization failed due to an exception in a background"
                    + " process. See stack trace for root cause."));
      }
      case "engine" -> engine(lines, text);
      case "api" -> traceback(lines, "(APIServer pid=100) ", text);
      default -> lines.addAll(text);
    }
    return lines;
  }

  private static void engine(List<String> lines, List<String> text) {
    String engine = "(EngineCore_DP0 pid=200) ERROR 11-22 10:00:01 [core.py:1510] ";
    lines.add(engine + "EngineCore failed to start.");
    traceback(lines, engine, text);
    lines.add("Process EngineCore_DP0:");
    traceback(lines, "", text);
    traceback(
        lines,
        "(APIServer pid=100) ",
        List.of(
            "RuntimeError: Engine core initialization failed. See root cause above. Failed core"
                + " proc(s): {'EngineCore_DP0': 1}"));
  }

  private static void traceback(List<String> lines, String prefix, List<String> text) {
    lines.add(prefix + "Traceback (most recent call last):");
    lines.add(prefix + "  File \"/venv/lib/python3.12/site-packages/vllm/a.py\", line 10, in f");
    lines.add(prefix + "    raise SomeError(\"CUDA out of memory. No space left on device\")");
    text.forEach(line -> lines.add(prefix + line));
  }
}
