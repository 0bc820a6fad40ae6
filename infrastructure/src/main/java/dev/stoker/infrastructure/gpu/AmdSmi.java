package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.unit.ByteSize;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@code amd-smi}, whose answers differ by version ({@code facts-hub-and-gpu.md} F2): an array
 * or {@code gpu_data}, a number, a value with a unit, or {@code "N/A"} at any level.
 */
final class AmdSmi {
  static final String TOOL = "amd-smi";
  private static final double MIB = 1L << 20;

  private final Tools tools;

  @Inject
  AmdSmi(Tools tools) {
    this.tools = tools;
  }

  /** {@return what it says; null where there is no such program} */
  @Nullable GpuReport look() {
    Path program = tools.find(TOOL);
    if (program == null) {
      return null;
    }
    try {
      Tools.Said list = tools.run(program, List.of("list", "--json"));
      if (list.code() != 0) {
        return failed(trouble(list.text()), list.firstLine());
      }
      Tools.Said fixed =
          tools.run(
              program, List.of("static", "--asic", "--vram", "--driver", "--limit", "--json"));
      Tools.Said measured =
          tools.run(program, List.of("metric", "-m", "-u", "-p", "-t", "-e", "--json"));
      Tools.Said processes = tools.run(program, List.of("process", "--json"));
      return report(list.text(), fixed.text(), measured.text(), processes.text());
    } catch (IOException e) {
      return failed(GpuTrouble.BROKEN, String.valueOf(e.getMessage()));
    }
  }

  /** {@return what four answers say together; no text makes it fail} */
  static GpuReport report(String list, String fixed, String measured, String processes) {
    Map<String, Map<?, ?>> listed = byGpu(list);
    Map<String, Map<?, ?>> facts = byGpu(fixed);
    Map<String, Map<?, ?>> values = byGpu(measured);
    if (listed.isEmpty() && values.isEmpty()) {
      return failed(GpuTrouble.BROKEN, new Tools.Said(0, list.lines().toList()).firstLine());
    }
    List<GpuInfo> devices = new ArrayList<>();
    List<GpuHolder> holders = new ArrayList<>();
    String driver = "";
    Map<String, Map<?, ?>> users = byGpu(processes);
    for (String gpu : (listed.isEmpty() ? values : listed).keySet()) {
      AmdValue named = new AmdValue(listed.get(gpu));
      AmdValue fact = new AmdValue(facts.get(gpu));
      AmdValue value = new AmdValue(values.get(gpu));
      GpuInfo device = device(gpu, named, fact, value);
      devices.add(device);
      driver =
          fact.at("driver").at("version").text().isEmpty()
              ? driver
              : fact.at("driver").at("version").text();
      for (Object each : new AmdValue(users.get(gpu)).at("process_list").items()) {
        holder(device, new AmdValue(each).at("process_info"), holders);
      }
    }
    return new GpuReport(
        devices,
        holders,
        !users.isEmpty(),
        List.of(GpuSource.of(GpuVendor.AMD, TOOL, driver)),
        List.of());
  }

  private static GpuInfo device(String gpu, AmdValue named, AmdValue fact, AmdValue value) {
    GpuInfo.Reading reading =
        GpuInfo.of(GpuVendor.AMD, gpu)
            .uuid(named.at("uuid").text())
            .bus(named.at("bdf").text())
            .name(fact.at("asic").at("market_name").text());
    AmdValue memory = value.at("mem_usage");
    memory.at("total_vram").into(reading, Measure.TOTAL_MEMORY, MIB);
    memory.at("used_vram").into(reading, Measure.USED_MEMORY, MIB);
    memory.at("free_vram").into(reading, Measure.AVAILABLE_MEMORY, MIB);
    if (!reading.has(Measure.TOTAL_MEMORY)) {
      fact.at("vram").at("size").into(reading, Measure.TOTAL_MEMORY, MIB);
    }
    value.at("usage").at("gfx_activity").into(reading, Measure.UTILIZATION, 1);
    AmdValue temperature = value.at("temperature");
    temperature.at("hotspot").into(reading, Measure.TEMPERATURE, 1);
    if (temperature.at("edge").number() != null) {
      temperature.at("edge").into(reading, Measure.TEMPERATURE, 1);
    }
    value.at("power").at("socket_power").into(reading, Measure.POWER, 1);
    fact.at("limit").at("max_power").into(reading, Measure.POWER_LIMIT, 1);
    Double errors = value.at("ecc").at("total_uncorrectable_count").number();
    if (errors != null && errors > 0) {
      reading.condition(GpuCondition.FAILING);
    }
    return reading.done();
  }

  private static void holder(GpuInfo device, AmdValue process, List<GpuHolder> holders) {
    Double pid = process.at("pid").number();
    if (pid == null || pid <= 0) {
      return;
    }
    // A bare number is of bytes; one with a unit says so.
    AmdValue used = process.at("memory_usage").at("vram_mem");
    Double held = used.number();
    double unit = used.unit().startsWith("MB") ? MIB : 1;
    holders.add(
        new GpuHolder(
            device.key(),
            pid.longValue(),
            process.at("name").text(),
            held == null || held < 0 ? null : new ByteSize((long) (held * unit))));
  }

  /** {@return what an answer says of each GPU, by its number; empty where it says nothing} */
  private static Map<String, Map<?, ?>> byGpu(String answer) {
    Map<String, Map<?, ?>> found = new LinkedHashMap<>();
    for (Object each : AmdValue.parse(answer).at("gpu_data").items()) {
      if (each instanceof Map<?, ?> gpu) {
        Double number = new AmdValue(gpu.get("gpu")).number();
        if (number != null && number >= 0) {
          found.put(Integer.toString(number.intValue()), gpu);
        }
      }
    }
    return found;
  }

  private static GpuTrouble trouble(String said) {
    if (said.contains("not loaded") || said.contains("not initialized")) {
      return GpuTrouble.NO_DRIVER;
    }
    if (said.contains("ermission") || said.contains("required groups")) {
      return GpuTrouble.NO_PERMISSION;
    }
    return GpuTrouble.BROKEN;
  }

  private static GpuReport failed(GpuTrouble trouble, String said) {
    return GpuReport.failed(GpuSource.failed(GpuVendor.AMD, TOOL, trouble, said));
  }
}
