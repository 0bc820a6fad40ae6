package dev.stoker.http.message;

import dev.stoker.application.Checkup;
import dev.stoker.application.port.in.Doctor.Comparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the doctor found. */
public final class CheckupMessage {
  private CheckupMessage() {}

  /** {@return every finding, by the member {@code checks}} */
  public static Map<String, Object> ofAll(List<Checkup> all) {
    return Map.of("checks", all.stream().map(CheckupMessage::of).toList());
  }

  private static Map<String, Object> of(Checkup each) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("subject", each.subject());
    map.put("level", each.level().name().toLowerCase(Locale.ROOT));
    map.put("finding", each.finding());
    map.put("remedy", each.remedy());
    return map;
  }

  /** {@return how a start would differ from the last good one} */
  public static Map<String, Object> of(Comparison comparison) {
    return Map.of(
        "good_at",
        comparison.goodAt().toString(),
        "differences",
        comparison.differences().stream()
            .map(each -> Map.of("what", each.what(), "before", each.before(), "now", each.now()))
            .toList());
  }
}
