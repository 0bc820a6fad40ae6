package dev.stoker.domain.gpu;

import dev.stoker.domain.unit.ByteSize;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one accelerator; whatever could not be measured is null, never made up.
 *
 * @param deviceId index or UUID, as the vendor's tool names it
 * @param name the product's name
 * @param totalMemory all of its memory
 * @param availableMemory what is free of it
 * @param utilizationPercent 0 to 100
 * @param temperatureCelsius in degrees Celsius
 */
public record GpuInfo(
    String deviceId,
    String name,
    @Nullable ByteSize totalMemory,
    @Nullable ByteSize availableMemory,
    @Nullable Integer utilizationPercent,
    @Nullable Integer temperatureCelsius) {}
