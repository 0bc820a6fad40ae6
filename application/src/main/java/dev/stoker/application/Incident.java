package dev.stoker.application;

import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.service.ServiceName;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * An end that nobody asked for: what was known of it, and what was decided.
 *
 * @param service whose
 * @param launch the number of the launch that ended
 * @param at when it was seen, by the clock that people read
 * @param doing what it was doing, such as {@code serving}
 * @param exit how it ended, such as {@code exit code 1}
 * @param failure what was concluded, with its last lines
 * @param decision what followed; empty while that is not decided
 */
public record Incident(
    ServiceName service,
    long launch,
    Instant at,
    String doing,
    String exit,
    Reported failure,
    String decision) {
  private static final Pattern ID = Pattern.compile("(.+)-(\\d{1,18})");

  /** {@return its name, such as {@code default-12}: service and launch} */
  public String id() {
    return service + "-" + launch;
  }

  /** {@return whether the text has the shape of an id} */
  public static boolean isId(String text) {
    var matcher = ID.matcher(text);
    return matcher.matches() && ServiceName.isValid(matcher.group(1));
  }
}
