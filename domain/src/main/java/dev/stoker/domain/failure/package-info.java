/** The error catalogue: every failure with its code, cause, remedy and evidence. */
@NullMarked
package dev.stoker.domain.failure;

import org.jspecify.annotations.NullMarked;
