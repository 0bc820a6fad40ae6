package dev.stoker.cli.render;

import dev.stoker.application.port.in.Gpus.Sample;
import dev.stoker.application.port.in.Gpus.Seen;
import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuEvent;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.domain.unit.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Accelerators in lines: each with its figures, who holds its memory, and what is wrong. */
public final class GpusText {
  private static final int BAR = 12;
  private static final int HOUR = 20;
  private static final double GIB = 1L << 30;
  private static final String LEVELS = "▁▂▃▄▅▆▇█";
  private static final String NOTHING = "·";
  private static final String UNKNOWN = "-";
  private static final String INDENT = "      ";

  private GpusText() {}

  /** {@return the lines} */
  public static List<String> lines(Seen seen, List<Sample> lastHour) {
    List<String> lines = new ArrayList<>();
    for (GpuInfo device : seen.report().devices()) {
      device(device, seen, lastHour, lines);
    }
    for (GpuSource source : seen.report().sources()) {
      GpuTrouble trouble = source.trouble();
      if (trouble != null) {
        String said =
            source.said().isEmpty() ? "" : " (" + source.tool() + ": " + source.said() + ")";
        lines.add(source.vendor().printed() + ": " + trouble.printed() + said);
        lines.add("  do  " + trouble.advice());
      }
    }
    if (seen.report().devices().isEmpty() && seen.report().sources().isEmpty()) {
      lines.add("No GPU is here: no driver, no card. Servers run on the processor.");
    }
    if (!seen.report().devices().isEmpty() && !seen.report().holdersKnown()) {
      lines.add("note: which processes hold the memory cannot be told here");
    }
    return lines;
  }

  private static void device(GpuInfo device, Seen seen, List<Sample> lastHour, List<String> lines) {
    String indent = device.isPart() ? "  " : "";
    lines.add(
        String.format(
            Locale.ROOT,
            "%s%-4s  %s%s",
            indent,
            device.deviceId(),
            device.name().isEmpty() ? device.vendor().printed() : device.name(),
            state(device)));
    if (device.condition().isUsable()) {
      lines.add(indent + INDENT + figures(device));
    }
    String hour = hour(device, lastHour, seen.at());
    if (!hour.isEmpty()) {
      lines.add(indent + INDENT + "last hour " + hour);
    }
    seen.report().holdersOf(device).stream()
        .sorted(Comparator.comparingLong(GpusText::bytes).reversed())
        .forEach(holder -> lines.add(indent + INDENT + holder(holder, seen)));
    seen.report().events().stream()
        .filter(event -> event.device().equals(device.key()))
        .reduce((_, later) -> later)
        .ifPresent(event -> lines.add(indent + INDENT + event(event, seen.at())));
  }

  private static String state(GpuInfo device) {
    StringBuilder text = new StringBuilder();
    if (device.condition() != GpuCondition.OK) {
      text.append("  ").append(device.condition().printed().toUpperCase(Locale.ROOT));
    }
    if (device.divided()) {
      text.append("  divided (MIG)");
    }
    if (!device.slowedBy().isEmpty()) {
      text.append("  slowed by ").append(String.join(", ", device.slowedBy()));
    }
    return text.toString();
  }

  private static String figures(GpuInfo device) {
    Integer busy = device.utilizationPercent();
    return String.format(
        Locale.ROOT,
        "busy %s %4s  memory %s %s  %s  %s",
        bar(busy == null ? null : busy / 100.0),
        busy == null ? UNKNOWN : busy + "%",
        bar(share(device)),
        memory(device),
        device.temperatureCelsius() == null ? UNKNOWN : device.temperatureCelsius() + "°C",
        power(device));
  }

  private static @Nullable Double share(GpuInfo device) {
    ByteSize used = device.usedMemory();
    ByteSize total = device.totalMemory();
    return used == null || total == null || total.bytes() == 0
        ? null
        : (double) used.bytes() / total.bytes();
  }

  private static String memory(GpuInfo device) {
    String used = gib(device.usedMemory());
    return used
        + "/"
        + gib(device.totalMemory())
        + " GiB"
        + (device.sharesHostMemory() ? " (the machine's)" : "");
  }

  private static String gib(@Nullable ByteSize size) {
    return size == null ? UNKNOWN : String.format(Locale.ROOT, "%.1f", size.bytes() / GIB);
  }

  private static String power(GpuInfo device) {
    if (device.powerWatts() == null) {
      return UNKNOWN;
    }
    String limit =
        device.powerLimitWatts() == null
            ? ""
            : String.format(Locale.ROOT, "/%.0f", device.powerLimitWatts());
    return String.format(Locale.ROOT, "%.0f", device.powerWatts()) + limit + " W";
  }

  private static String bar(@Nullable Double share) {
    if (share == null) {
      return NOTHING.repeat(BAR);
    }
    int full = (int) Math.round(Math.clamp(share, 0, 1) * BAR);
    return "█".repeat(full) + NOTHING.repeat(BAR - full);
  }

  /**
   * {@return how busy it was in each twentieth of the hour, the last one right; empty if unknown}
   */
  private static String hour(GpuInfo device, List<Sample> lastHour, Instant now) {
    long[] sum = new long[HOUR];
    int[] number = new int[HOUR];
    int measured = 0;
    for (Sample sample : lastHour) {
      Integer busy = sample.utilizationPercent();
      long age = Duration.between(sample.at(), now).toSeconds();
      int slot = HOUR - 1 - (int) (age * HOUR / 3600);
      if (busy != null && sample.device().equals(device.key()) && slot >= 0 && slot < HOUR) {
        sum[slot] += busy;
        number[slot]++;
        measured++;
      }
    }
    if (measured < 2) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < HOUR; i++) {
      if (number[i] == 0) {
        text.append(NOTHING);
      } else {
        long busy = sum[i] / number[i];
        text.append(
            LEVELS.charAt((int) Math.min(LEVELS.length() - 1, busy * LEVELS.length() / 100)));
      }
    }
    return text + " busy";
  }

  private static long bytes(GpuHolder holder) {
    return holder.held() == null ? 0 : holder.held().bytes();
  }

  private static String holder(GpuHolder holder, Seen seen) {
    ServiceName owner = seen.owners().get(holder.pid());
    String size = holder.held() == null ? "unknown" : holder.held().toString();
    return owner == null
        ? String.format(
            Locale.ROOT,
            "%10s  pid %d%s, not of Stoker",
            size,
            holder.pid(),
            holder.name().isEmpty() ? "" : " (" + holder.name() + ")")
        : String.format(Locale.ROOT, "%10s  service '%s' (pid %d)", size, owner, holder.pid());
  }

  private static String event(GpuEvent event, Instant now) {
    return event.xid() + ", " + DurationText.of(Duration.between(event.at(), now)) + " ago";
  }

  /** {@return one in a line, for the status of a service} */
  static String brief(GpuInfo device) {
    Integer busy = device.utilizationPercent();
    return device.deviceId()
        + " "
        + device.name()
        + ": "
        + (busy == null ? "busy unknown" : busy + "% busy")
        + ", "
        + memory(device)
        + (device.temperatureCelsius() == null ? "" : ", " + device.temperatureCelsius() + " °C")
        + state(device);
  }
}
