/** Which model is meant, and how far loading it has come. */
@NullMarked
package dev.stoker.domain.model;

import org.jspecify.annotations.NullMarked;
