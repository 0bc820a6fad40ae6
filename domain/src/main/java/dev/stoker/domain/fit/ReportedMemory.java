package dev.stoker.domain.fit;

import dev.stoker.domain.unit.ByteSize;

/**
 * What a server that starts reported of the memory of one device.
 *
 * @param weights what the weights took
 * @param cache what was left to the cache
 */
public record ReportedMemory(ByteSize weights, ByteSize cache) {}
