package dev.stoker.infrastructure.provider.vllm;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import okio.Buffer;

/**
 * What programs that collect outputs put before each line: Docker, Kubernetes, Compose, journald.
 * Taken away where most lines have it; a traceback's lines must begin where Python began them.
 */
final class CollectorPrefix {
  private static final String STAMP =
      "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?";

  private static final List<Pattern> KINDS =
      List.of(
          // kubectl logs --timestamps, the files of containerd, docker logs -t, journalctl -o.
          Pattern.compile(
              "^"
                  + STAMP
                  + " (?:(?:stdout|stderr) [FP] |[\\w.-]{1,64} [\\w.@/-]{1,64}(?:\\[\\d{1,10}\\])?:"
                  + " )?"),
          // journalctl, syslog.
          Pattern.compile(
              "^[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d [\\w.-]{1,64}"
                  + " [\\w.@/-]{1,64}(?:\\[\\d{1,10}\\])?: "),
          // docker compose logs.
          Pattern.compile("^[\\w.-]{1,64} {1,32}\\| ?"),
          // kubectl logs --prefix.
          Pattern.compile("^\\[pod/[\\w./-]{1,200}\\] "));

  /** The files of Docker's own driver. */
  private static final Pattern JSON = Pattern.compile("^\\{\"log\":\"");

  private CollectorPrefix() {}

  static List<String> strip(List<String> lines) {
    if (isOf(JSON, lines)) {
      return lines.stream().map(CollectorPrefix::unwrapped).toList();
    }
    Optional<Pattern> kind = KINDS.stream().filter(each -> isOf(each, lines)).findFirst();
    return kind.map(
            each -> lines.stream().map(line -> each.matcher(line).replaceFirst("")).toList())
        .orElse(lines);
  }

  private static boolean isOf(Pattern kind, List<String> lines) {
    long with = lines.stream().filter(line -> kind.matcher(line).find()).count();
    return with > 0 && with * 10 >= lines.size() * 9L;
  }

  private static String unwrapped(String line) {
    try (JsonReader reader = JsonReader.of(new Buffer().writeUtf8(line))) {
      return reader.readJsonValue() instanceof Map<?, ?> object
              && object.get("log") instanceof String text
          ? text.stripTrailing()
          : line;
    } catch (IOException | JsonDataException e) {
      // Cut off, as the last line of a file may be.
      return line;
    }
  }
}
