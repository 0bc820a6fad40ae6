/** Ports, sizes and shares, each valid by construction. */
@NullMarked
package dev.stoker.domain.unit;

import org.jspecify.annotations.NullMarked;
