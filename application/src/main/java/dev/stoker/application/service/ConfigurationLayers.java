package dev.stoker.application.service;

import dev.stoker.application.EffectiveValue;
import dev.stoker.application.OptionSpec;
import dev.stoker.application.OptionTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that hold: each layer put on top hides what lies below (FR-038). */
final class ConfigurationLayers {
  private final Map<String, Layered> byKey = new HashMap<>();

  ConfigurationLayers() {
    for (OptionSpec spec : OptionTable.rows()) {
      if (!spec.defaultText().isEmpty()) {
        put(spec.key(), spec.defaultText(), "default");
      }
    }
  }

  private record Layered(String text, String origin) {}

  void put(String key, String text, String origin) {
    byKey.put(key, new Layered(text, origin));
  }

  @Nullable String text(String key) {
    Layered layered = byKey.get(key);
    return layered == null ? null : layered.text();
  }

  String origin(String key) {
    Layered layered = byKey.get(key);
    return layered == null ? "nowhere" : layered.origin();
  }

  Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    byKey.forEach((key, layered) -> texts.put(key, layered.text()));
    return texts;
  }

  /** {@return every value with its origin, in the order of the table} */
  List<EffectiveValue> values() {
    List<EffectiveValue> values = new ArrayList<>();
    for (OptionSpec spec : OptionTable.rows()) {
      Layered layered = byKey.get(spec.key());
      values.add(
          layered == null
              ? new EffectiveValue(spec.key(), "", "not set")
              : new EffectiveValue(spec.key(), layered.text(), layered.origin()));
    }
    return values;
  }
}
