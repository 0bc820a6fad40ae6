package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.infrastructure.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something inside an answer of AMD's tools, which may be there, be {@code "N/A"} or be missing at
 * any level.
 *
 * @param json an object, a list, a text, a number, or null
 */
record AmdValue(@Nullable Object json) {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,6})?");

  /** Before their JSON the tools print warnings. */
  private static final Pattern BEGIN = Pattern.compile("^[\\[{]", Pattern.MULTILINE);

  private static final AmdValue NOTHING = new AmdValue(null);

  /** {@return what a program printed, from where its JSON begins; nothing where there is none} */
  static AmdValue parse(String printed) {
    Matcher begin = BEGIN.matcher(printed);
    AmdValue found = NOTHING;
    // A warning may begin like JSON: what follows may be it.
    while (found.json() == null && begin.find()) {
      found = parsed(printed.substring(begin.start()));
    }
    return found;
  }

  private static AmdValue parsed(String text) {
    try {
      return new AmdValue(Json.value(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      return NOTHING;
    }
  }

  AmdValue at(String key) {
    if (json instanceof List<?>) {
      // An answer that is an array has no such wrapping.
      return this;
    }
    return json instanceof Map<?, ?> object ? new AmdValue(object.get(key)) : NOTHING;
  }

  List<?> items() {
    return json instanceof List<?> list ? list : List.of();
  }

  /** {@return a number, bare, as a text, or with a unit; null where it is none} */
  @Nullable Double number() {
    Object value = json instanceof Map<?, ?> withUnit ? withUnit.get("value") : json;
    if (value instanceof Double number) {
      return number;
    }
    return value instanceof String text && NUMBER.matcher(text.strip()).matches()
        ? Double.valueOf(text.strip())
        : null;
  }

  String unit() {
    return json instanceof Map<?, ?> withUnit && withUnit.get("unit") instanceof String unit
        ? unit
        : "";
  }

  String text() {
    return json instanceof String text && !text.equals("N/A") ? text : "";
  }

  void into(GpuInfo.Reading reading, Measure measure, double unit) {
    Double value = number();
    if (value == null) {
      reading.unknown(measure, "not told");
    } else {
      reading.measured(measure, value * unit);
    }
  }
}
