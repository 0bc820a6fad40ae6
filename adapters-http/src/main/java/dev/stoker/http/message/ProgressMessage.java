package dev.stoker.http.message;

import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far a start has come: members of a status, and of an event. */
final class ProgressMessage {
  private ProgressMessage() {}

  /** {@return the members; of what does not start, all null} */
  static Map<String, @Nullable Object> of(@Nullable ModelLoadProgress progress) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    Duration left = progress == null ? null : progress.remaining();
    map.put("percent", progress == null ? null : progress.percent());
    map.put("progress", progress == null ? null : progress.status());
    map.put("starting_since", progress == null ? null : progress.startedAt().toString());
    map.put("remaining_ms", left == null ? null : left.toMillis());
    map.put("downloaded_bytes", bytes(progress == null ? null : progress.downloaded()));
    map.put("total_bytes", bytes(progress == null ? null : progress.total()));
    map.put("bytes_per_second", bytes(progress == null ? null : progress.perSecond()));
    return map;
  }

  private static @Nullable Long bytes(@Nullable ByteSize size) {
    return size == null ? null : size.bytes();
  }

  /**
   * {@return what the members say, null where nothing starts}
   *
   * @throws IllegalArgumentException when they are none
   */
  static @Nullable ModelLoadProgress read(Fields fields) {
    Long percent = fields.whole("percent");
    Instant since = fields.time("starting_since");
    if (percent == null || since == null) {
      return null;
    }
    Long left = fields.whole("remaining_ms");
    return ModelLoadProgress.loading(
            fields.requiredText("model"),
            Math.toIntExact(percent),
            String.valueOf(fields.text("progress")),
            since)
        .withRemaining(left == null ? null : Duration.ofMillis(left))
        .withDownload(
            size(fields, "downloaded_bytes"),
            size(fields, "total_bytes"),
            size(fields, "bytes_per_second"));
  }

  private static @Nullable ByteSize size(Fields fields, String name) {
    Long bytes = fields.whole(name);
    return bytes == null ? null : new ByteSize(bytes);
  }
}
