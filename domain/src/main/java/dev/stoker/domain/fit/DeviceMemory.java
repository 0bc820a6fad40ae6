package dev.stoker.domain.fit;

import dev.stoker.domain.unit.ByteSize;

/**
 * The memory of one device.
 *
 * @param id as the machine names it
 * @param name the product's name
 * @param total all of it
 * @param free what nobody holds now
 */
public record DeviceMemory(String id, String name, ByteSize total, ByteSize free) {}
