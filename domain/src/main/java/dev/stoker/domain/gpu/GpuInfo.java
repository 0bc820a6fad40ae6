package dev.stoker.domain.gpu;

import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one accelerator, or of one part of it, at one moment. Whatever could not be
 * measured is null, never made up; {@link #unknown} has the reason.
 *
 * @param deviceId as the vendor's tool counts it, such as {@code 0}; of a part the whole's, a colon
 *     and the part's number
 * @param uuid what names it for good, such as {@code GPU-…} or {@code MIG-…}; empty when unknown
 * @param partOf the uuid of the whole that this is a part of (MIG); empty of a whole
 * @param vendor who made it
 * @param name the product's name
 * @param bus where it is plugged, such as {@code 00000000:83:00.0}; empty when unknown
 * @param totalMemory all of its memory
 * @param usedMemory what is taken of it, without what the driver keeps for itself
 * @param availableMemory what is free of it
 * @param utilizationPercent how much of the last moments it computed, 0 to 100
 * @param temperatureCelsius in degrees Celsius
 * @param powerWatts what it draws, in watts
 * @param powerLimitWatts what it may draw, in watts
 * @param sharesHostMemory whether its memory is that of the machine
 * @param divided whether it is divided into parts, and takes no work itself (MIG)
 * @param condition whether it can be used
 * @param slowedBy why it runs slower than it could, a word or two each
 * @param unknown why what is null is not known
 */
public record GpuInfo(
    String deviceId,
    String uuid,
    String partOf,
    GpuVendor vendor,
    String name,
    String bus,
    @Nullable ByteSize totalMemory,
    @Nullable ByteSize usedMemory,
    @Nullable ByteSize availableMemory,
    @Nullable Integer utilizationPercent,
    @Nullable Integer temperatureCelsius,
    @Nullable Double powerWatts,
    @Nullable Double powerLimitWatts,
    boolean sharesHostMemory,
    boolean divided,
    GpuCondition condition,
    List<String> slowedBy,
    Map<Measure, String> unknown) {
  /** Copies list and map. */
  public GpuInfo {
    slowedBy = List.copyOf(slowedBy);
    unknown = Map.copyOf(unknown);
  }

  /** {@return what names it for good where that is known, else its number} */
  public String key() {
    return uuid.isEmpty() ? vendor.printed() + " " + deviceId : uuid;
  }

  /** {@return whether it is a part of another} */
  public boolean isPart() {
    return !partOf.isEmpty();
  }

  /** {@return the same under the names of another: what is lost no longer tells its own} */
  public GpuInfo namedLike(GpuInfo other) {
    return named(other.deviceId, other.uuid, other.partOf, other.name, other.bus);
  }

  /** {@return the same under that number} */
  public GpuInfo withNumber(String other) {
    return named(other, uuid, partOf, name, bus);
  }

  /** {@return the same with that name} */
  public GpuInfo withName(String other) {
    return named(deviceId, uuid, partOf, other, bus);
  }

  private GpuInfo named(
      String otherId, String otherUuid, String otherWhole, String otherName, String otherBus) {
    return new GpuInfo(
        otherId,
        otherUuid,
        otherWhole,
        vendor,
        otherName,
        otherBus,
        totalMemory,
        usedMemory,
        availableMemory,
        utilizationPercent,
        temperatureCelsius,
        powerWatts,
        powerLimitWatts,
        sharesHostMemory,
        divided,
        condition,
        slowedBy,
        unknown);
  }

  /** {@return one of which nothing is known beside what names it} */
  public static Reading of(GpuVendor vendor, String deviceId) {
    return new Reading(vendor, deviceId);
  }

  /** Put together value by value, as a driver answers; for one thread. */
  public static final class Reading {
    private final GpuVendor vendor;
    private final String deviceId;
    private final Map<Measure, String> unknown = new EnumMap<>(Measure.class);
    private final Map<Measure, Number> known = new EnumMap<>(Measure.class);
    private final Map<Text, String> texts = new EnumMap<>(Text.class);
    private final Set<Mark> marks = EnumSet.noneOf(Mark.class);
    private final List<GpuCondition> conditions = new ArrayList<>();
    private final List<String> slowedBy = new ArrayList<>();

    private enum Text {
      UUID,
      PART_OF,
      NAME,
      BUS
    }

    private enum Mark {
      SHARES_HOST_MEMORY,
      DIVIDED
    }

    private Reading(GpuVendor vendor, String deviceId) {
      this.vendor = vendor;
      this.deviceId = deviceId;
    }

    /** Has this uuid. */
    public Reading uuid(String text) {
      texts.put(Text.UUID, text);
      return this;
    }

    /** Is a part of that one. */
    public Reading partOf(String whole) {
      texts.put(Text.PART_OF, whole);
      return this;
    }

    /** Has this name. */
    public Reading name(String text) {
      texts.put(Text.NAME, text);
      return this;
    }

    /** Is plugged there. */
    public Reading bus(String text) {
      texts.put(Text.BUS, text);
      return this;
    }

    /** Measured: bytes, percent, degrees or watts; what cannot be is not believed. */
    public Reading measured(Measure measure, Number value) {
      if (!measure.isPossible(value.doubleValue())) {
        return unknown(measure, "the driver said " + value);
      }
      known.put(measure, value);
      unknown.remove(measure);
      return this;
    }

    /** Could not be measured, for that reason. */
    public Reading unknown(Measure measure, String why) {
      known.remove(measure);
      unknown.put(measure, why);
      return this;
    }

    /** {@return whether it was measured} */
    public boolean has(Measure measure) {
      return known.containsKey(measure);
    }

    /** Its memory is that of the machine. */
    public Reading sharesHostMemory() {
      marks.add(Mark.SHARES_HOST_MEMORY);
      return this;
    }

    /** It is divided into parts. */
    public Reading divided() {
      marks.add(Mark.DIVIDED);
      return this;
    }

    /** It can be used so; the worst that was said holds. */
    public Reading condition(GpuCondition found) {
      conditions.add(found);
      return this;
    }

    /** It is slowed for these reasons. */
    public Reading slowedBy(List<String> reasons) {
      slowedBy.addAll(reasons);
      return this;
    }

    /** {@return what is known} */
    public GpuInfo done() {
      for (Measure measure : Measure.values()) {
        if (!known.containsKey(measure)) {
          unknown.putIfAbsent(measure, "not told");
        }
      }
      return new GpuInfo(
          deviceId,
          text(Text.UUID),
          text(Text.PART_OF),
          vendor,
          text(Text.NAME),
          text(Text.BUS),
          size(Measure.TOTAL_MEMORY),
          size(Measure.USED_MEMORY),
          size(Measure.AVAILABLE_MEMORY),
          whole(Measure.UTILIZATION),
          whole(Measure.TEMPERATURE),
          real(Measure.POWER),
          real(Measure.POWER_LIMIT),
          marks.contains(Mark.SHARES_HOST_MEMORY),
          marks.contains(Mark.DIVIDED),
          worst(),
          slowedBy,
          unknown);
    }

    private String text(Text which) {
      return texts.getOrDefault(which, "");
    }

    private GpuCondition worst() {
      return conditions.stream()
          .filter(each -> !each.isUsable())
          .findFirst()
          .or(() -> conditions.stream().filter(each -> each != GpuCondition.OK).findFirst())
          .orElse(GpuCondition.OK);
    }

    private @Nullable ByteSize size(Measure measure) {
      Number value = known.get(measure);
      return value == null ? null : new ByteSize(value.longValue());
    }

    private @Nullable Integer whole(Measure measure) {
      Number value = known.get(measure);
      return value == null ? null : Math.toIntExact(Math.round(value.doubleValue()));
    }

    private @Nullable Double real(Measure measure) {
      Number value = known.get(measure);
      return value == null ? null : value.doubleValue();
    }
  }
}
