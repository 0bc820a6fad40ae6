/** What is known of an accelerator. */
@NullMarked
package dev.stoker.domain.gpu;

import org.jspecify.annotations.NullMarked;
