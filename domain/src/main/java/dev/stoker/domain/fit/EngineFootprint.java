package dev.stoker.domain.fit;

import dev.stoker.domain.unit.ByteSize;

/**
 * What a server takes beside weights and cache; differs by version, and is learned from runs
 * ({@code facts-memory-fit.md} E.3).
 *
 * @param bytesPerLogit at the peak of sampling, for each of sequences times vocabulary
 * @param alone what a process takes outside the tensors, on one device
 * @param together the same where devices share a model
 * @param graphs whether graphs of computation are recorded
 * @param mostSequences that are computed at once where none is configured; 0: by the device's size
 * @param blockTokens tokens of one block of the cache
 */
public record EngineFootprint(
    double bytesPerLogit,
    ByteSize alone,
    ByteSize together,
    boolean graphs,
    int mostSequences,
    int blockTokens) {}
