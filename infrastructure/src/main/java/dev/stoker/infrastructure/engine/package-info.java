/** Installing engines. */
@NullMarked
package dev.stoker.infrastructure.engine;

import org.jspecify.annotations.NullMarked;
