/** The list of providers. */
@NullMarked
package dev.stoker.infrastructure.provider;

import org.jspecify.annotations.NullMarked;
