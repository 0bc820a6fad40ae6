package dev.stoker.http.message;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object. Every method throws {@code IllegalArgumentException}, naming the
 * member, when it is there and of another type.
 */
public final class Fields {
  private final Map<?, ?> map;

  Fields(Map<?, ?> map) {
    this.map = map;
  }

  /** {@return the text, or null where there is none} */
  public @Nullable String text(String name) {
    return as(name, String.class, "a text");
  }

  /** {@return the text} */
  public String requiredText(String name) {
    return required(name, text(name));
  }

  /** {@return the folder, by its whole path} */
  public Path requiredFolder(String name) {
    Path path = Path.of(requiredText(name));
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("folder '" + path + "' must be absolute");
    }
    return path.normalize();
  }

  /** {@return the whole number, or null where there is none} */
  public @Nullable Long whole(String name) {
    Double value = as(name, Double.class, "a whole number");
    if (value != null && value != Math.rint(value)) {
      throw wrong(name, value, "a whole number");
    }
    return value == null ? null : value.longValue();
  }

  /** {@return the number, or null where there is none} */
  public @Nullable Double number(String name) {
    return as(name, Double.class, "a number");
  }

  /** {@return the whole number} */
  public long requiredWhole(String name) {
    return required(name, whole(name));
  }

  /** {@return the truth value; false where there is none} */
  public boolean flag(String name) {
    return Boolean.TRUE.equals(as(name, Boolean.class, "true or false"));
  }

  /** {@return the time, or null where there is none} */
  public @Nullable Instant time(String name) {
    String text = text(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw wrong(name, text, "a time such as 2026-11-22T10:00:00Z");
    }
  }

  /** {@return the time} */
  public Instant requiredTime(String name) {
    return required(name, time(name));
  }

  /** {@return the object, or null where there is none} */
  public @Nullable Fields object(String name) {
    Map<?, ?> value = as(name, Map.class, "an object");
    return value == null ? null : new Fields(value);
  }

  /** {@return the texts; none where there are none} */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object each : list(name)) {
      if (!(each instanceof String text)) {
        throw wrong(name, each, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  /** {@return the objects; none where there are none} */
  public List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    for (Object each : list(name)) {
      if (!(each instanceof Map<?, ?> object)) {
        throw wrong(name, each, "a list of objects");
      }
      objects.add(new Fields(object));
    }
    return objects;
  }

  /** {@return every member, all of them texts} */
  public Map<String, String> allTexts() {
    Map<String, String> texts = new LinkedHashMap<>();
    map.forEach(
        (name, value) -> {
          if (!(value instanceof String text)) {
            throw wrong(String.valueOf(name), value, "a text");
          }
          texts.put(String.valueOf(name), text);
        });
    return texts;
  }

  /** Refuses every member that is not among these. */
  public void onlyThese(Set<String> known) {
    for (Object name : map.keySet()) {
      if (!known.contains(String.valueOf(name))) {
        throw new IllegalArgumentException(
            "member '" + name + "' is unknown; there are: " + new TreeSet<>(known));
      }
    }
  }

  private List<?> list(String name) {
    List<?> value = as(name, List.class, "a list");
    return value == null ? List.of() : value;
  }

  private <T> @Nullable T as(String name, Class<T> type, String allowed) {
    Object value = map.get(name);
    if (value != null && !type.isInstance(value)) {
      throw wrong(name, value, allowed);
    }
    return type.cast(value);
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("member '" + name + "' is missing");
    }
    return value;
  }

  private static IllegalArgumentException wrong(
      String name, @Nullable Object value, String allowed) {
    return new IllegalArgumentException("member '" + name + "' = " + value + " must be " + allowed);
  }
}
