package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.unit.ByteSize;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * AMD's GPUs as the kernel's driver shows them in files: {@code /sys/class/drm} and, for numbers
 * and processes, {@code /sys/class/kfd} ({@code facts-hub-and-gpu.md} F3; kernel documentation of
 * amdgpu and amdkfd). No program, no library, any user.
 */
final class AmdSysfs {
  private static final String VENDOR = "0x1002";
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern RENDER = Pattern.compile("renderD(\\d{1,6})");
  private static final Pattern PROPERTY = Pattern.compile("(\\w+) (\\d{1,18})");
  private static final Pattern UNCORRECTED = Pattern.compile("ue: ?(\\d{1,18})");
  private static final double MILLI = 1000;
  private static final double MICRO = 1_000_000;

  private final Path root;

  @Inject
  AmdSysfs() {
    this(Path.of("/"));
  }

  /** For tests: a machine that is a folder. */
  AmdSysfs(Path root) {
    this.root = root;
  }

  /**
   * A card.
   *
   * @param folder its device
   * @param bus where it is plugged
   * @param node how the computing driver counts it; the highest number where it does not
   * @param kfd how the computing driver names it; empty where it does not
   */
  private record Card(Path folder, String bus, int node, String kfd) {}

  /** A node of the computing driver. */
  private record Node(int number, String id, long minor) {}

  GpuReport look() {
    List<Node> nodes = nodes();
    List<Card> cards = new ArrayList<>();
    for (Path entry : entries(root.resolve("sys/class/drm"))) {
      if (entry.getFileName().toString().matches("card\\d{1,4}")) {
        Path device = entry.resolve("device");
        if (text(device, "vendor").equals(VENDOR)
            && Files.exists(device.resolve("mem_info_vram_total"))) {
          cards.add(card(device, nodes));
        }
      }
    }
    if (cards.isEmpty()) {
      return GpuReport.nothing();
    }
    // HIP counts as the computing driver does; the order of the folders means nothing.
    cards.sort(Comparator.comparingInt(Card::node).thenComparing(Card::bus));
    List<GpuInfo> devices = new ArrayList<>();
    List<GpuHolder> holders = new ArrayList<>();
    for (int i = 0; i < cards.size(); i++) {
      GpuInfo device = device(cards.get(i), i);
      devices.add(device);
      holders.addAll(holders(cards.get(i), device));
    }
    return new GpuReport(
        devices,
        holders,
        Files.isDirectory(root.resolve("sys/class/kfd/kfd/proc")),
        List.of(GpuSource.of(GpuVendor.AMD, "sysfs", text(root, "sys/module/amdgpu/version"))),
        List.of());
  }

  private static Card card(Path device, List<Node> nodes) {
    String bus = "";
    try {
      bus = device.toRealPath().getFileName().toString();
    } catch (IOException e) {
      // It is shown without.
    }
    long minor = -1;
    for (Path entry : entries(device.resolve("drm"))) {
      Matcher render = RENDER.matcher(entry.getFileName().toString());
      if (render.matches()) {
        minor = Long.parseLong(render.group(1));
      }
    }
    long wanted = minor;
    String place = bus;
    return nodes.stream()
        .filter(node -> node.minor() == wanted)
        .findFirst()
        .map(node -> new Card(device, place, node.number(), node.id()))
        .orElse(new Card(device, place, Integer.MAX_VALUE, ""));
  }

  private List<Node> nodes() {
    List<Node> nodes = new ArrayList<>();
    for (Path entry : entries(root.resolve("sys/class/kfd/kfd/topology/nodes"))) {
      String id = text(entry, "gpu_id");
      String number = entry.getFileName().toString();
      if (!id.isEmpty() && !id.equals("0") && number.matches("\\d{1,4}")) {
        long minor = -1;
        for (String line : text(entry, "properties").split("\n", -1)) {
          Matcher property = PROPERTY.matcher(line.strip());
          if (property.matches() && property.group(1).equals("drm_render_minor")) {
            minor = Long.parseLong(property.group(2));
          }
        }
        nodes.add(new Node(Integer.parseInt(number), id, minor));
      }
    }
    return nodes;
  }

  private static GpuInfo device(Card card, int index) {
    Path folder = card.folder();
    String unique = text(folder, "unique_id");
    GpuInfo.Reading reading =
        GpuInfo.of(GpuVendor.AMD, Integer.toString(index))
            .uuid(unique.matches("[0-9a-f]{8,32}") ? "GPU-" + unique : "")
            .name(text(folder, "product_name"))
            .bus(card.bus());
    measure(reading, Measure.TOTAL_MEMORY, folder.resolve("mem_info_vram_total"), 1);
    measure(reading, Measure.USED_MEMORY, folder.resolve("mem_info_vram_used"), 1);
    measure(reading, Measure.UTILIZATION, folder.resolve("gpu_busy_percent"), 1);
    if (number(folder, "mem_info_gtt_total") > number(folder, "mem_info_vram_total")) {
      // A processor's own graphics: its memory is the machine's, a piece of it set apart.
      reading.sharesHostMemory();
    }
    GpuInfo sofar = reading.done();
    ByteSize total = sofar.totalMemory();
    ByteSize used = sofar.usedMemory();
    if (total != null && used != null) {
      reading.measured(Measure.AVAILABLE_MEMORY, Math.max(0, total.bytes() - used.bytes()));
    }
    for (Path sensors : entries(folder.resolve("hwmon"))) {
      temperature(reading, sensors);
      // Older cards tell the average, newer ones what it is now.
      measure(reading, Measure.POWER, sensors.resolve("power1_average"), MICRO);
      if (!reading.has(Measure.POWER)) {
        measure(reading, Measure.POWER, sensors.resolve("power1_input"), MICRO);
      }
      measure(reading, Measure.POWER_LIMIT, sensors.resolve("power1_cap"), MICRO);
    }
    Matcher errors = UNCORRECTED.matcher(text(folder, "ras/umc_err_count"));
    if (errors.find() && Long.parseLong(errors.group(1)) > 0) {
      reading.condition(GpuCondition.FAILING);
    }
    return reading.done();
  }

  /** Of the edge; cards without that sensor (MI300) have one at the junction. */
  private static void temperature(GpuInfo.Reading reading, Path sensors) {
    for (String wanted : List.of("junction", "edge")) {
      for (int i = 1; i <= 3; i++) {
        if (text(sensors, "temp" + i + "_label").equals(wanted)) {
          measure(reading, Measure.TEMPERATURE, sensors.resolve("temp" + i + "_input"), MILLI);
        }
      }
    }
  }

  private static void measure(GpuInfo.Reading reading, Measure measure, Path file, double unit) {
    try {
      String text = Files.readString(file).strip();
      if (NUMBER.matcher(text).matches()) {
        reading.measured(measure, Long.parseLong(text) / unit);
      } else {
        reading.unknown(measure, "the driver said '" + text + "'");
      }
    } catch (IOException e) {
      if (!reading.has(measure)) {
        reading.unknown(measure, "not told by the driver");
      }
    }
  }

  private List<GpuHolder> holders(Card card, GpuInfo device) {
    List<GpuHolder> holders = new ArrayList<>();
    if (card.kfd().isEmpty()) {
      return holders;
    }
    for (Path process : entries(root.resolve("sys/class/kfd/kfd/proc"))) {
      String pid = process.getFileName().toString();
      String held = text(process, "vram_" + card.kfd());
      if (pid.matches("\\d{1,10}") && NUMBER.matcher(held).matches() && !held.equals("0")) {
        long bytes = Long.parseLong(held);
        holders.add(
            new GpuHolder(
                device.key(), Long.parseLong(pid), "", bytes < 0 ? null : new ByteSize(bytes)));
      }
    }
    return holders;
  }

  private static List<Path> entries(Path folder) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      List<Path> entries = new ArrayList<>();
      all.forEach(entries::add);
      entries.sort(Comparator.naturalOrder());
      return entries;
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long number(Path folder, String file) {
    String text = text(folder, file);
    return NUMBER.matcher(text).matches() ? Long.parseLong(text) : 0;
  }

  private static String text(Path folder, String file) {
    try {
      return Files.readString(folder.resolve(file)).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
