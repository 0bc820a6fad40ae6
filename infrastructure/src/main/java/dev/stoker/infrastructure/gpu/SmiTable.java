package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.gpu.Slowdown;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.MachineMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code nvidia-smi} prints, read: tables without quotes, where a name may hold a comma and so
 * stands last ({@code facts-hub-and-gpu.md} E1 to E3). Whatever is not understood is left out; no
 * text makes it fail.
 *
 * @param fields what was asked for, in order, the name last
 */
record SmiTable(List<String> fields) {
  /** Known to every driver from 535 on but the one before the last, which came with 590. */
  static final SmiTable ALL =
      new SmiTable(
          List.of(
              "index",
              "uuid",
              "pci.bus_id",
              "memory.total",
              "memory.used",
              "memory.free",
              "utilization.gpu",
              "temperature.gpu",
              "power.draw",
              "enforced.power.limit",
              "mig.mode.current",
              "ecc.errors.uncorrected.volatile.total",
              "clocks_throttle_reasons.active",
              "driver_version",
              "gpu_recovery_action",
              "name"));

  /** As the rows are read here: without a head, without units. */
  static final String FORMAT = "--format=csv,noheader,nounits";

  static final String HOLDERS = "gpu_uuid,pid,used_gpu_memory,process_name";

  private static final double MIB = 1L << 20;
  private static final String SEPARATOR = ", ";
  private static final Pattern REFUSED_FIELD =
      Pattern.compile("Field \"([^\"]{1,80})\" is not a valid field to query");
  private static final Pattern LISTED_GPU =
      Pattern.compile("GPU (\\d{1,4}): .*\\(UUID: (GPU-[^)]+)\\)");
  private static final Pattern LISTED_PART =
      Pattern.compile("\\s+MIG (\\S+)\\s+Device\\s+(\\d{1,3}): \\(UUID: (MIG-[^)]+)\\)");
  private static final Pattern MASK = Pattern.compile("0x[0-9a-fA-F]{1,16}");

  /** Copies the list. */
  SmiTable {
    fields = List.copyOf(fields);
  }

  /**
   * One row.
   *
   * @param device what it says of a GPU
   * @param driver the driver's version; empty where it was not printed
   * @param index the GPU's number, -1 where it was not printed
   */
  record Row(GpuInfo device, String driver, int index) {}

  String query() {
    return "--query-gpu=" + String.join(",", fields);
  }

  /**
   * {@return the same without a field that this driver does not know; itself where none is named}
   */
  SmiTable without(String complaint) {
    Matcher refused = REFUSED_FIELD.matcher(complaint);
    if (!refused.find()) {
      return this;
    }
    return new SmiTable(fields.stream().filter(field -> !field.equals(refused.group(1))).toList());
  }

  /** {@return the rows among lines; between them a driver may print anything} */
  List<Row> rows(List<String> lines) {
    List<Row> rows = new ArrayList<>();
    for (String line : lines) {
      row(line).ifPresent(rows::add);
    }
    return rows;
  }

  Optional<Row> row(String line) {
    String[] cells = line.split(SEPARATOR, fields.size());
    if (cells.length != fields.size()) {
      return Optional.empty();
    }
    Double index = cell(cells, "index").number();
    String uuid = cell(cells, "uuid").known();
    boolean lost = cell(cells, "index").known().isEmpty() || cell(cells, "uuid").known().isEmpty();
    if (index == null && !lost) {
      return Optional.empty();
    }
    int number = index == null ? -1 : index.intValue();
    GpuInfo.Reading reading =
        GpuInfo.of(GpuVendor.NVIDIA, number < 0 ? "?" : Integer.toString(number))
            .uuid(uuid)
            .name(cell(cells, "name").known())
            .bus(cell(cells, "pci.bus_id").known());
    measures(reading, cells);
    return Optional.of(new Row(reading.done(), cell(cells, "driver_version").known(), number));
  }

  private SmiCell cell(String[] cells, String field) {
    int at = fields.indexOf(field);
    return new SmiCell(at < 0 ? "[N/A]" : cells[at]);
  }

  private void measures(GpuInfo.Reading reading, String[] cells) {
    boolean divided = cell(cells, "mig.mode.current").text().equals("Enabled");
    if (divided) {
      reading.divided();
    }
    memory(reading, cells, divided);
    cell(cells, "utilization.gpu").into(reading, Measure.UTILIZATION, 1);
    cell(cells, "temperature.gpu").into(reading, Measure.TEMPERATURE, 1);
    cell(cells, "power.draw").into(reading, Measure.POWER, 1);
    cell(cells, "enforced.power.limit").into(reading, Measure.POWER_LIMIT, 1);
    for (String core : List.of("index", "uuid", "memory.total", "memory.used")) {
      cell(cells, core).judge(reading);
    }
    Double errors = cell(cells, "ecc.errors.uncorrected.volatile.total").number();
    if (errors != null && errors > 0) {
      reading.condition(GpuCondition.FAILING);
    }
    String recovery = cell(cells, "gpu_recovery_action").text();
    if (List.of("Reset", "Reboot").contains(recovery)) {
      reading.condition(GpuCondition.NEEDS_RESET);
    } else if (recovery.equals("Drain and Reset")) {
      // To be drained first: it still computes.
      reading.condition(GpuCondition.FAILING);
    }
    String mask = cell(cells, "clocks_throttle_reasons.active").text();
    if (MASK.matcher(mask).matches()) {
      reading.slowedBy(Slowdown.of(Long.parseUnsignedLong(mask.substring(2), 16)));
    }
  }

  private void memory(GpuInfo.Reading reading, String[] cells, boolean divided) {
    SmiCell total = cell(cells, "memory.total");
    ByteSize all = MachineMemory.total();
    ByteSize free = MachineMemory.available();
    if (total.isNotSupported() && !divided && all != null && free != null) {
      // Such as GB10: its memory is that of the machine.
      reading.sharesHostMemory();
      reading.measured(Measure.TOTAL_MEMORY, all.bytes());
      reading.measured(Measure.AVAILABLE_MEMORY, free.bytes());
      reading.measured(Measure.USED_MEMORY, Math.max(0, all.bytes() - free.bytes()));
      return;
    }
    total.into(reading, Measure.TOTAL_MEMORY, MIB);
    cell(cells, "memory.used").into(reading, Measure.USED_MEMORY, MIB);
    cell(cells, "memory.free").into(reading, Measure.AVAILABLE_MEMORY, MIB);
  }

  /** {@return who holds memory, by the lines of {@code --query-compute-apps}} */
  static List<GpuHolder> holders(List<String> lines) {
    List<GpuHolder> holders = new ArrayList<>();
    for (String line : lines) {
      String[] cells = line.split(SEPARATOR, 4);
      Double pid = cells.length == 4 ? new SmiCell(cells[1]).number() : null;
      if (pid != null && pid > 0 && cells[0].startsWith("GPU-")) {
        Double held = new SmiCell(cells[2]).number();
        ByteSize memory = held == null || held < 0 ? null : new ByteSize((long) (held * MIB));
        holders.add(new GpuHolder(cells[0].strip(), pid.longValue(), program(cells[3]), memory));
      }
    }
    return holders;
  }

  /** {@return the last part of a path, without arguments that some drivers print} */
  private static String program(String path) {
    String known = new SmiCell(path).known();
    String first = known.startsWith("/") ? known.split(" ", 2)[0] : known;
    return first.substring(first.lastIndexOf('/') + 1);
  }

  /** {@return the parts of divided GPUs, by the lines of {@code -L}} */
  static List<GpuInfo> parts(List<String> lines) {
    List<GpuInfo> parts = new ArrayList<>();
    String index = "";
    String whole = "";
    for (String line : lines) {
      Matcher gpu = LISTED_GPU.matcher(line);
      Matcher part = LISTED_PART.matcher(line);
      if (gpu.lookingAt()) {
        index = gpu.group(1);
        whole = gpu.group(2);
      } else if (part.lookingAt() && !whole.isEmpty()) {
        GpuInfo.Reading reading =
            GpuInfo.of(GpuVendor.NVIDIA, index + ":" + part.group(2))
                .uuid(part.group(3))
                .partOf(whole)
                .name("MIG " + part.group(1).toLowerCase(Locale.ROOT));
        for (Measure measure : Measure.values()) {
          reading.unknown(measure, "nvidia-smi tells it of the whole only");
        }
        parts.add(reading.done());
      }
    }
    return parts;
  }
}
