/** The state file. */
@NullMarked
package dev.stoker.infrastructure.state;

import org.jspecify.annotations.NullMarked;
