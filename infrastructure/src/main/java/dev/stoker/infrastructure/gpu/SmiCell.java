package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.Measure;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One value that {@code nvidia-smi} printed. What it could not read it prints as {@code [words]},
 * {@code N/A} or {@code [N/A]}, and ends well all the same ({@code facts-hub-and-gpu.md} E3).
 *
 * @param text as printed
 */
record SmiCell(String text) {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,6})?");

  /** What is wrong with the GPU when it is printed for a value that every GPU has. */
  private static final Map<String, GpuCondition> CONDITIONS =
      Map.of(
          "[GPU is lost]", GpuCondition.LOST,
          "[GPU requires reset]", GpuCondition.NEEDS_RESET,
          "[Unknown Error]", GpuCondition.INACCESSIBLE,
          "[Insufficient Permissions]", GpuCondition.INACCESSIBLE);

  /** Removes what surrounds it. */
  SmiCell {
    text = text.strip();
  }

  /** {@return the number, or null where it is none} */
  @Nullable Double number() {
    return NUMBER.matcher(text).matches() ? Double.valueOf(text) : null;
  }

  /** {@return the text, or empty where it could not be read} */
  String known() {
    return text.startsWith("[") || text.equals("N/A") ? "" : text;
  }

  /** {@return whether it says that this GPU has no such thing} */
  boolean isNotSupported() {
    return text.equals("[N/A]") || text.equals("N/A") || text.equals("[Not Supported]");
  }

  /** Takes it as a measured value, or as the reason why there is none. */
  void into(GpuInfo.Reading reading, Measure measure, double unit) {
    Double value = number();
    if (value != null) {
      reading.measured(measure, value * unit);
    } else if (isNotSupported()) {
      reading.unknown(measure, "not supported");
    } else {
      reading.unknown(measure, text.replaceAll("[\\[\\]]", ""));
    }
  }

  /** Takes from it what is wrong with the GPU, if that is what it says. */
  void judge(GpuInfo.Reading reading) {
    GpuCondition condition = CONDITIONS.get(text);
    if (condition != null) {
      reading.condition(condition);
    }
  }
}
