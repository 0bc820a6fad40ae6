package dev.stoker.http.message;

import dev.stoker.application.port.in.Gpus.Sample;
import dev.stoker.application.port.in.Gpus.Seen;
import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuEvent;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.gpu.Xid;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Accelerators (AC-031): {@code docs/api.md} has the members. What is unknown is null, never 0. */
public final class GpuMessage {
  private GpuMessage() {}

  /** {@return everything that is known now, and the last hour} */
  public static Map<String, Object> of(Seen seen, List<Sample> lastHour) {
    GpuReport report = seen.report();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("at", seen.at().toString());
    map.put("gpus", ofAll(report.devices()));
    map.put("processes", report.holders().stream().map(each -> holder(each, seen)).toList());
    map.put("processes_known", report.holdersKnown());
    map.put("sources", report.sources().stream().map(GpuMessage::source).toList());
    map.put("events", report.events().stream().map(GpuMessage::event).toList());
    map.put("last_hour", lastHour.stream().map(GpuMessage::sample).toList());
    return map;
  }

  /** {@return several accelerators} */
  public static List<Map<String, @Nullable Object>> ofAll(List<GpuInfo> devices) {
    return devices.stream().map(GpuMessage::of).toList();
  }

  private static Map<String, @Nullable Object> of(GpuInfo device) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("id", device.deviceId());
    map.put("uuid", device.uuid());
    map.put("part_of", device.partOf());
    map.put("vendor", device.vendor().name().toLowerCase(Locale.ROOT));
    map.put("name", device.name());
    map.put("bus", device.bus());
    map.put("memory_total_bytes", bytes(device.totalMemory()));
    map.put("memory_used_bytes", bytes(device.usedMemory()));
    map.put("memory_available_bytes", bytes(device.availableMemory()));
    map.put("utilization_percent", device.utilizationPercent());
    map.put("temperature_celsius", device.temperatureCelsius());
    map.put("power_watts", device.powerWatts());
    map.put("power_limit_watts", device.powerLimitWatts());
    map.put("shares_host_memory", device.sharesHostMemory());
    map.put("divided", device.divided());
    map.put("condition", device.condition().name().toLowerCase(Locale.ROOT));
    map.put("slowed_by", device.slowedBy());
    Map<String, String> unknown = new LinkedHashMap<>();
    device.unknown().forEach((measure, why) -> unknown.put(lower(measure), why));
    map.put("unknown", unknown);
    return map;
  }

  private static String lower(Measure measure) {
    return measure.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Long bytes(@Nullable ByteSize size) {
    return size == null ? null : size.bytes();
  }

  private static Map<String, @Nullable Object> holder(GpuHolder holder, Seen seen) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("gpu", holder.device());
    map.put("pid", holder.pid());
    map.put("name", holder.name());
    map.put("memory_bytes", bytes(holder.held()));
    ServiceName owner = seen.owners().get(holder.pid());
    map.put("service", owner == null ? null : owner.value());
    return map;
  }

  private static Map<String, @Nullable Object> source(GpuSource source) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("vendor", source.vendor().name().toLowerCase(Locale.ROOT));
    map.put("tool", source.tool());
    map.put("driver", source.driver());
    GpuTrouble trouble = source.trouble();
    map.put("trouble", trouble == null ? null : trouble.name().toLowerCase(Locale.ROOT));
    map.put("said", source.said());
    return map;
  }

  private static Map<String, Object> event(GpuEvent event) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("gpu", event.device());
    map.put("at", event.at().toString());
    map.put("xid", event.xid().number());
    map.put("meaning", event.xid().meaning());
    return map;
  }

  private static Map<String, @Nullable Object> sample(Sample sample) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("at", sample.at().toString());
    map.put("gpu", sample.device());
    map.put("utilization_percent", sample.utilizationPercent());
    map.put("memory_used_bytes", sample.usedBytes());
    map.put("temperature_celsius", sample.temperatureCelsius());
    map.put("power_watts", sample.powerWatts());
    return map;
  }

  /**
   * {@return what a message says is known now}
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Seen readSeen(Fields fields) {
    Map<Long, ServiceName> owners = new HashMap<>();
    List<GpuHolder> holders = new ArrayList<>();
    for (Fields each : fields.objects("processes")) {
      long pid = each.requiredWhole("pid");
      String owner = each.text("service");
      if (owner != null) {
        owners.put(pid, new ServiceName(owner));
      }
      holders.add(
          new GpuHolder(
              each.requiredText("gpu"),
              pid,
              each.requiredText("name"),
              size(each.whole("memory_bytes"))));
    }
    GpuReport report =
        new GpuReport(
            readAll(fields.objects("gpus")),
            holders,
            fields.flag("processes_known"),
            fields.objects("sources").stream().map(GpuMessage::readSource).toList(),
            fields.objects("events").stream().map(GpuMessage::readEvent).toList());
    return new Seen(fields.requiredTime("at"), report, owners);
  }

  /** {@return what a message says of the last hour} */
  public static List<Sample> readLastHour(Fields fields) {
    return fields.objects("last_hour").stream().map(GpuMessage::readSample).toList();
  }

  /** {@return several accelerators} */
  public static List<GpuInfo> readAll(List<Fields> devices) {
    return devices.stream().map(GpuMessage::read).toList();
  }

  private static GpuInfo read(Fields fields) {
    GpuInfo.Reading reading =
        GpuInfo.of(
                GpuVendor.valueOf(upper(fields.requiredText("vendor"))), fields.requiredText("id"))
            .uuid(fields.requiredText("uuid"))
            .partOf(fields.requiredText("part_of"))
            .name(fields.requiredText("name"))
            .bus(fields.requiredText("bus"))
            .slowedBy(fields.texts("slowed_by"))
            .condition(GpuCondition.valueOf(upper(fields.requiredText("condition"))));
    Fields unknown = fields.object("unknown");
    if (unknown != null) {
      unknown.allTexts().forEach((name, why) -> reading.unknown(Measure.valueOf(upper(name)), why));
    }
    take(reading, Measure.TOTAL_MEMORY, fields.number("memory_total_bytes"));
    take(reading, Measure.USED_MEMORY, fields.number("memory_used_bytes"));
    take(reading, Measure.AVAILABLE_MEMORY, fields.number("memory_available_bytes"));
    take(reading, Measure.UTILIZATION, fields.number("utilization_percent"));
    take(reading, Measure.TEMPERATURE, fields.number("temperature_celsius"));
    take(reading, Measure.POWER, fields.number("power_watts"));
    take(reading, Measure.POWER_LIMIT, fields.number("power_limit_watts"));
    if (fields.flag("shares_host_memory")) {
      reading.sharesHostMemory();
    }
    if (fields.flag("divided")) {
      reading.divided();
    }
    return reading.done();
  }

  private static void take(GpuInfo.Reading reading, Measure measure, @Nullable Double value) {
    if (value != null) {
      reading.measured(measure, value);
    }
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  private static @Nullable ByteSize size(@Nullable Long bytes) {
    return bytes == null ? null : new ByteSize(bytes);
  }

  private static GpuSource readSource(Fields fields) {
    String trouble = fields.text("trouble");
    return new GpuSource(
        GpuVendor.valueOf(upper(fields.requiredText("vendor"))),
        fields.requiredText("tool"),
        fields.requiredText("driver"),
        trouble == null ? null : GpuTrouble.valueOf(upper(trouble)),
        fields.requiredText("said"));
  }

  private static GpuEvent readEvent(Fields fields) {
    return new GpuEvent(
        fields.requiredText("gpu"),
        fields.requiredTime("at"),
        Xid.of(Math.toIntExact(fields.requiredWhole("xid"))));
  }

  private static Sample readSample(Fields fields) {
    Long busy = fields.whole("utilization_percent");
    Long warm = fields.whole("temperature_celsius");
    return new Sample(
        fields.requiredTime("at"),
        fields.requiredText("gpu"),
        busy == null ? null : Math.toIntExact(busy),
        fields.whole("memory_used_bytes"),
        warm == null ? null : Math.toIntExact(warm),
        fields.number("power_watts"));
  }
}
