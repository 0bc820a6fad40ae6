package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@code rocm-smi}: a card an object of texts, whose keys changed with the versions ({@code
 * facts-hub-and-gpu.md} F1). It ends with 0 whatever happens; an empty answer means that there is
 * no driver.
 */
final class RocmSmi {
  static final String TOOL = "rocm-smi";
  private static final String CARD = "card";

  private final Tools tools;

  @Inject
  RocmSmi(Tools tools) {
    this.tools = tools;
  }

  /** {@return what it says; null where there is no such program} */
  @Nullable GpuReport look() {
    Path program = tools.find(TOOL);
    if (program == null) {
      return null;
    }
    try {
      Tools.Said said =
          tools.run(
              program,
              List.of(
                  "--showid",
                  "--showuniqueid",
                  "--showproductname",
                  "--showmeminfo",
                  "vram",
                  "--showuse",
                  "--showtemp",
                  "--showpower",
                  "--showmaxpower",
                  "--showbus",
                  "--showdriverversion",
                  "--showpids",
                  "--json"));
      return report(said.text());
    } catch (IOException e) {
      return failed(GpuTrouble.BROKEN, String.valueOf(e.getMessage()));
    }
  }

  /** {@return what an answer says; no text makes it fail} */
  static GpuReport report(String answer) {
    if (!(AmdValue.parse(answer).json() instanceof Map<?, ?> all)) {
      boolean silent = answer.isBlank() || answer.contains("Driver not initialized");
      String first = new Tools.Said(0, answer.lines().toList()).firstLine();
      return failed(
          answer.contains("No JSON data")
              ? GpuTrouble.NO_DEVICE
              : silent ? GpuTrouble.NO_DRIVER : GpuTrouble.BROKEN,
          first);
    }
    List<GpuInfo> devices = new ArrayList<>();
    for (Map.Entry<?, ?> entry : all.entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (key.matches(CARD + "\\d{1,4}") && entry.getValue() instanceof Map<?, ?> card) {
        devices.add(device(key.substring(CARD.length()), keys(card)));
      }
    }
    if (devices.isEmpty()) {
      return failed(GpuTrouble.NO_DEVICE, "no card is listed");
    }
    Map<String, String> system =
        all.get("system") instanceof Map<?, ?> object ? keys(object) : Map.of();
    return new GpuReport(
        devices,
        // It tells which processes there are, and not of which card.
        List.<GpuHolder>of(),
        false,
        List.of(GpuSource.of(GpuVendor.AMD, TOOL, system.getOrDefault("driver version", ""))),
        List.of());
  }

  /** {@return the texts by key, whose case changed with the versions} */
  private static Map<String, String> keys(Map<?, ?> object) {
    Map<String, String> texts = new TreeMap<>();
    object.forEach(
        (key, value) ->
            texts.put(String.valueOf(key).toLowerCase(Locale.ROOT), String.valueOf(value).strip()));
    return texts;
  }

  private static GpuInfo device(String index, Map<String, String> card) {
    String unique = known(card, "unique id");
    GpuInfo.Reading reading =
        GpuInfo.of(GpuVendor.AMD, index)
            .uuid(unique.matches("0x[0-9a-f]{1,32}") ? "GPU-" + unique.substring(2) : "")
            .name(firstKnown(card, "card series", "device name", "card model"))
            .bus(known(card, "pci bus").toLowerCase(Locale.ROOT));
    take(reading, Measure.TOTAL_MEMORY, card, "vram total memory (b)");
    take(reading, Measure.USED_MEMORY, card, "vram total used memory (b)");
    take(reading, Measure.UTILIZATION, card, "gpu use (%)");
    take(
        reading,
        Measure.TEMPERATURE,
        card,
        "temperature (sensor edge) (c)",
        "temperature (sensor junction) (c)");
    take(
        reading,
        Measure.POWER,
        card,
        "average graphics package power (w)",
        "current socket graphics package power (w)");
    take(reading, Measure.POWER_LIMIT, card, "max graphics package power (w)");
    GpuInfo sofar = reading.done();
    if (sofar.totalMemory() != null && sofar.usedMemory() != null) {
      reading.measured(
          Measure.AVAILABLE_MEMORY,
          Math.max(0, sofar.totalMemory().bytes() - sofar.usedMemory().bytes()));
    }
    return reading.done();
  }

  private static String known(Map<String, String> card, String key) {
    String text = card.getOrDefault(key, "");
    return text.equals("N/A") || text.startsWith("N/A ") ? "" : text;
  }

  /** {@return the first that says more than a number} */
  private static String firstKnown(Map<String, String> card, String... keys) {
    for (String key : keys) {
      String text = known(card, key);
      if (!text.isEmpty() && !text.startsWith("0x")) {
        return text;
      }
    }
    return "";
  }

  private static void take(
      GpuInfo.Reading reading, Measure measure, Map<String, String> card, String... keys) {
    for (String key : keys) {
      Double value = new AmdValue(card.get(key)).number();
      if (value != null) {
        reading.measured(measure, value);
        return;
      }
    }
    reading.unknown(measure, "not told");
  }

  private static GpuReport failed(GpuTrouble trouble, String said) {
    return GpuReport.failed(GpuSource.failed(GpuVendor.AMD, TOOL, trouble, said));
  }
}
