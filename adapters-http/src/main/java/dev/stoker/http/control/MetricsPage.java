package dev.stoker.http.control;

import dev.stoker.http.metrics.Meters;

/**
 * The page of metrics.
 *
 * @param meters what it shows
 * @param open whether it is shown without the token
 */
public record MetricsPage(Meters meters, boolean open) {}
