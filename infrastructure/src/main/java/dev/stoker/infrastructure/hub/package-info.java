/** The local cache of the Hugging Face Hub. */
@NullMarked
package dev.stoker.infrastructure.hub;

import org.jspecify.annotations.NullMarked;
