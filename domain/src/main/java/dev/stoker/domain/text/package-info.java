/** Texts that leave Stoker. */
@NullMarked
package dev.stoker.domain.text;

import org.jspecify.annotations.NullMarked;
