package dev.stoker.http.message;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.HistoryEntry.Kind;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An entry of the history; also what {@code history --json} prints. */
public final class HistoryMessage {
  private HistoryMessage() {}

  /** {@return the entries as one object} */
  public static Map<String, Object> ofAll(List<HistoryEntry> entries) {
    return Map.of("history", entries.stream().map(HistoryMessage::of).toList());
  }

  private static Map<String, Object> of(HistoryEntry entry) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", entry.id());
    map.put("service", entry.service().value());
    map.put("at", entry.at().toString());
    map.put("kind", entry.kind().printed());
    map.put("launch", entry.launch());
    map.put("from", printed(entry.from()));
    map.put("to", printed(entry.to()));
    map.put("what", entry.what());
    map.put("code", Optional.ofNullable(entry.code()).map(ErrorCode::code).orElse(null));
    map.put("evidence", entry.evidence());
    return map;
  }

  private static @Nullable String printed(@Nullable ServiceState state) {
    return state == null ? null : state.printed();
  }

  /**
   * {@return the entries that the object holds}
   *
   * @throws IllegalArgumentException when it holds anything else
   */
  public static List<HistoryEntry> readAll(Fields fields) {
    return fields.objects("history").stream().map(HistoryMessage::read).toList();
  }

  private static HistoryEntry read(Fields fields) {
    String code = fields.text("code");
    return new HistoryEntry(
        fields.requiredWhole("id"),
        new ServiceName(fields.requiredText("service")),
        fields.requiredTime("at"),
        Kind.valueOf(fields.requiredText("kind").toUpperCase(Locale.ROOT)),
        fields.requiredWhole("launch"),
        state(fields, "from"),
        state(fields, "to"),
        fields.requiredText("what"),
        code == null ? null : ErrorCode.parse(code).orElse(ErrorCode.INTERNAL),
        fields.texts("evidence"));
  }

  private static @Nullable ServiceState state(Fields fields, String name) {
    String printed = fields.text(name);
    return printed == null ? null : ServiceState.parse(printed).orElse(ServiceState.UNKNOWN);
  }
}
