/** What operators measure: one page in the OpenMetrics form. */
@NullMarked
package dev.stoker.http.metrics;

import org.jspecify.annotations.NullMarked;
