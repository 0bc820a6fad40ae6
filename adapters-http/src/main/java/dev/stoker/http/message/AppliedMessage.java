package dev.stoker.http.message;

import dev.stoker.application.ServiceChange;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.port.in.ConfigurationReload.Applied;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a reload touched. */
public final class AppliedMessage {
  private AppliedMessage() {}

  /** {@return its members} */
  public static Map<String, Object> of(Applied applied) {
    List<Map<String, Object>> changes =
        applied.changes().stream()
            .map(
                change ->
                    Map.<String, Object>of(
                        "service",
                        change.service().value(),
                        "change",
                        change.kind().name().toLowerCase(Locale.ROOT),
                        "keys",
                        change.keys()))
            .toList();
    return Map.of("changes", changes, "notes", applied.notes());
  }

  /**
   * {@return what the members say}
   *
   * @throws IllegalArgumentException when they say nothing of the kind
   */
  public static Applied read(Fields fields) {
    List<ServiceChange> changes =
        fields.objects("changes").stream()
            .map(
                change ->
                    new ServiceChange(
                        new ServiceName(change.requiredText("service")),
                        Kind.valueOf(change.requiredText("change").toUpperCase(Locale.ROOT)),
                        change.texts("keys")))
            .toList();
    return new Applied(changes, fields.texts("notes"));
  }
}
