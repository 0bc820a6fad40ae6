package dev.stoker.domain.gpu;

import java.time.Instant;

/**
 * Something that a driver told of an accelerator.
 *
 * @param device the accelerator's {@link GpuInfo#key}; empty when it could not be told
 * @param at when it was told
 * @param xid what it was, by NVIDIA's number
 */
public record GpuEvent(String device, Instant at, Xid xid) {}
