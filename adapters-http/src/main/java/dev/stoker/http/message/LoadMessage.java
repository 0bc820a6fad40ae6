package dev.stoker.http.message;

import dev.stoker.domain.health.EngineLoad;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much an engine has to do. */
final class LoadMessage {
  private LoadMessage() {}

  static @Nullable Map<String, @Nullable Object> of(@Nullable EngineLoad load) {
    if (load == null) {
      return null;
    }
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("running", load.running());
    map.put("waiting", load.waiting());
    map.put("kv_cache_use", load.kvUse());
    map.put("prompt_tokens_per_second", load.promptTokensPerSecond());
    map.put("generation_tokens_per_second", load.generationTokensPerSecond());
    return map;
  }

  static @Nullable EngineLoad read(@Nullable Fields fields) {
    return fields == null
        ? null
        : new EngineLoad(
            fields.whole("running"),
            fields.whole("waiting"),
            fields.number("kv_cache_use"),
            fields.number("prompt_tokens_per_second"),
            fields.number("generation_tokens_per_second"));
  }
}
