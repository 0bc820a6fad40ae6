/** What can be told of GPUs: nothing yet, and that is said. */
@NullMarked
package dev.stoker.infrastructure.gpu;

import org.jspecify.annotations.NullMarked;
