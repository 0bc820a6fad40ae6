package dev.stoker.http.message;

import dev.stoker.application.EngineInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The engines of a machine. */
public final class EngineMessage {
  private EngineMessage() {}

  /** {@return every engine, the one that would be taken first, by the member {@code engines}} */
  public static Map<String, Object> ofAll(List<EngineInfo> engines) {
    return Map.of("engines", engines.stream().map(EngineMessage::of).toList());
  }

  /** {@return one of them} */
  public static Map<String, Object> of(EngineInfo engine) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("provider", engine.provider());
    map.put("version", engine.version());
    map.put("device", engine.device());
    map.put("distribution", engine.distribution());
    map.put("python", engine.python().toString());
    map.put("origin", engine.origin());
    map.put("owned", engine.owned());
    return map;
  }
}
