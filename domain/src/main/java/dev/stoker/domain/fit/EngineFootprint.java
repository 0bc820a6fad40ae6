package dev.stoker.domain.fit;

import dev.stoker.domain.unit.ByteSize;

/**
 * What a server takes beside weights and cache; differs by version, and is learned from runs
 * ({@code facts-memory-fit.md} E.3).
 *
 * @param bytesPerLogit at the peak of sampling, for each of sequences times vocabulary
 * @param alone what a process takes outside the tensors, on one device
 * @param together the same where devices share a model
 * @param graphs recorded graphs of computation; zero where none are, or where the version does not
 *     count them
 * @param mostSequences that are computed at once where none is configured; 0: by the device's size
 * @param utilization share of a device's memory that is taken where none is configured
 * @param blockTokens tokens of one block of the cache
 */
public record EngineFootprint(
    double bytesPerLogit,
    ByteSize alone,
    ByteSize together,
    boolean graphs,
    int mostSequences,
    double utilization,
    int blockTokens) {}
