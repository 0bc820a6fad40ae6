package dev.stoker.application;

import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.unit.Port;
import dev.stoker.domain.unit.Utilization;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One option: the row of the table that parsing, help, documentation and tests are made from.
 *
 * @param key below {@code providers.vllm} or {@code services.NAME}, such as {@code lifecycle.mode}
 * @param flag on the command line, null where there is none
 * @param variable in the environment, null where there is none
 * @param kind what its values are
 * @param defaultText the default as one would write it; empty where there is none
 * @param help one sentence
 */
public record OptionSpec(
    String key,
    @Nullable String flag,
    @Nullable String variable,
    Kind kind,
    String defaultText,
    String help) {
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,3}))?\\s*(ms|s|m|h|)");

  /** The value of what may be turned off. */
  public static final String OFF = "off";

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,127}";
  private static final Pattern NAMES = Pattern.compile(NAME + "(," + NAME + ")*");
  private static final Duration LONGEST = Duration.ofDays(7);

  /** What values an option takes. */
  public enum Kind {
    /** Any text. */
    TEXT("text"),
    /** A web address. */
    URL("an address beginning with http:// or https://"),
    /** A list of texts. */
    TEXTS("a list of texts"),
    /** A port. */
    PORT("a whole number from 1 to 65535"),
    /** How many devices. */
    COUNT("a whole number from 1 to 1024"),
    /** Restarts per minute (FR-033). */
    RESTARTS("a whole number from 1 to 10"),
    /** A length of time. */
    DURATION("seconds above 0 and up to 7 days, or with a unit: 500ms, 30s, 5m, 2h"),
    /** A length of time, or none. */
    DURATION_OR_OFF("off, or seconds above 0 and up to 7 days, or with a unit: 500ms, 30s, 5m, 2h"),
    /** A length of time of at least 2 s (FR-034). */
    RESTART_DELAY("seconds from 2 to 60, or with a unit: 2s, 1m"),
    /** Yes or no. */
    BOOLEAN("true or false"),
    /** A share of memory. */
    SHARE("a number above 0.0 and up to 1.0"),
    /** A lifecycle mode. */
    MODE("managed, monitored or external (any case)"),
    /** When a daemon starts a service. */
    START("lazy or eager (any case)"),
    /** Names of models. */
    NAMES("names of letters, digits and . _ - / : @ +, separated by commas"),
    /** Device indices or ids. */
    DEVICES("device indices or ids, separated by commas, such as 0,1");

    private final String allowed;

    Kind(String allowed) {
      this.allowed = allowed;
    }

    /** {@return what is allowed, for messages and documentation} */
    public String allowed() {
      return allowed;
    }
  }

  /** {@return whether the text is a value of this option} */
  public boolean accepts(String text) {
    return switch (kind) {
      case TEXT -> !text.isBlank();
      case URL -> text.strip().matches("https?://[^\\s/]+\\S*");
      case TEXTS -> true;
      case PORT -> whole(text).filter(Port::isValid).isPresent();
      case COUNT -> whole(text).filter(n -> n >= 1 && n <= 1024).isPresent();
      case RESTARTS -> whole(text).filter(n -> n >= 1 && n <= 10).isPresent();
      case DURATION -> isDuration(text);
      case DURATION_OR_OFF -> text.strip().equalsIgnoreCase(OFF) || isDuration(text);
      case RESTART_DELAY ->
          duration(text).filter(d -> d.toMillis() >= 2000 && d.toMillis() <= 60_000).isPresent();
      case BOOLEAN -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
      case SHARE -> share(text).isPresent();
      case MODE -> LifecycleMode.parse(text).isPresent();
      case START -> StartPolicy.parse(text).isPresent();
      case NAMES -> NAMES.matcher(text).matches();
      case DEVICES -> text.matches("[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*");
    };
  }

  private static boolean isDuration(String text) {
    return duration(text).filter(d -> d.isPositive() && d.compareTo(LONGEST) <= 0).isPresent();
  }

  /** {@return the whole number, or empty} */
  static Optional<Long> whole(String text) {
    String stripped = text.strip();
    return stripped.matches("\\d{1,18}") ? Optional.of(Long.valueOf(stripped)) : Optional.empty();
  }

  /** {@return the share, or empty} */
  static Optional<Utilization> share(String text) {
    if (!text.strip().matches("\\d{0,3}(\\.\\d{1,9})?") || text.isBlank()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(text.strip());
    return Utilization.isValid(value) ? Optional.of(new Utilization(value)) : Optional.empty();
  }

  /** {@return the length of time; a bare number is seconds} */
  public static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String fraction = matcher.group(2) == null ? "" : matcher.group(2);
    long thousandths =
        Long.parseLong(matcher.group(1)) * 1000
            + Long.parseLong((fraction + "000").substring(0, 3));
    return Optional.of(
        switch (matcher.group(3)) {
          case "ms" -> Duration.ofMillis(thousandths / 1000);
          case "m" -> Duration.ofMillis(thousandths * 60);
          case "h" -> Duration.ofMillis(thousandths * 3600);
          default -> Duration.ofMillis(thousandths);
        });
  }
}
