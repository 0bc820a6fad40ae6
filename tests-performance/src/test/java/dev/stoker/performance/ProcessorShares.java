package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** What the threads of a Java process spend processor time on, by samples of that time. */
final class ProcessorShares {
  /** In the order in which they are told. */
  static final List<String> PARTS =
      List.of("kernel: read, write, wait", "Netty", "Vert.x", "Stoker", "JDK and others");

  private static final String SAMPLE = "jdk.CPUTimeSample";

  private final Path folder;
  private final long pid;
  private final double before;

  private ProcessorShares(Path folder, long pid) throws IOException {
    this.folder = folder;
    this.pid = pid;
    this.before = UpFigures.processorMicros(pid);
  }

  static ProcessorShares begin(Path folder, long pid) throws IOException, InterruptedException {
    UpFigures.jcmd(
        folder,
        pid,
        "JFR.start",
        "name=shares",
        "settings=default",
        SAMPLE + "#enabled=true",
        SAMPLE + "#throttle=5ms");
    return new ProcessorShares(folder, pid);
  }

  /**
   * {@return the time of the whole process for each of so many requests, and what share each part
   * has of the time of its Java threads; the rest is the compiler's and the collector's}
   */
  List<String> end(double requests) throws IOException, InterruptedException {
    double took = UpFigures.processorMicros(pid) - before;
    Path file = Files.createTempFile(folder, "shares", ".jfr");
    Path said = UpFigures.jcmd(folder, pid, "JFR.stop", "name=shares", "filename=" + file);
    Map<String, Integer> samples = new TreeMap<>();
    int all = 0;
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      RecordedStackTrace trace = event.getStackTrace();
      boolean isSample = event.getEventType().getName().equals(SAMPLE);
      if (isSample && trace != null && !trace.getFrames().isEmpty()) {
        samples.merge(part(trace.getFrames().getFirst()), 1, Integer::sum);
        all++;
      }
    }
    assertThat(all).as(Files.readString(said)).isPositive();
    List<String> row = new ArrayList<>();
    row.add(String.format(Locale.ROOT, "%.0f us", took / requests));
    for (String part : PARTS) {
      row.add(String.format(Locale.ROOT, "%.0f %%", 100.0 * samples.getOrDefault(part, 0) / all));
    }
    return row;
  }

  private static String part(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    if (frame.getType().equals("Native") && type.startsWith("sun.nio.ch.")) {
      return PARTS.getFirst();
    }
    if (type.startsWith("io.netty.")) {
      return "Netty";
    }
    if (type.startsWith("io.vertx.")) {
      return "Vert.x";
    }
    return type.startsWith("dev.stoker.") ? "Stoker" : "JDK and others";
  }
}
