package dev.stoker.http.message;

import dev.stoker.application.EffectiveValue;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.ConfigurationQuery.Configuration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is configured, and where each value came from. */
public final class ConfigurationMessage {
  private ConfigurationMessage() {}

  /** {@return every value by its key} */
  public static Map<String, Object> of(Configuration configuration) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (EffectiveValue value : configuration.values()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("value", value.value());
      one.put("origin", value.origin());
      values.put(value.key(), one);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    ServiceSpec service = configuration.service();
    if (service != null) {
      all.put("service", service.name().value());
    }
    all.put("values", values);
    all.put("notes", configuration.notes());
    return all;
  }
}
