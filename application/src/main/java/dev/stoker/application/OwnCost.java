package dev.stoker.application;

import java.time.Duration;
import java.time.Instant;

/**
 * What this Stoker itself takes.
 *
 * @param since when its process began
 * @param processorTime used since then
 * @param residentBytes of memory
 * @param openFiles file descriptors
 * @param mostOpenFiles how many it may open
 * @param threads of the operating system
 */
public record OwnCost(
    Instant since,
    Duration processorTime,
    long residentBytes,
    long openFiles,
    long mostOpenFiles,
    long threads) {}
