/** What can be wrong with a configuration. */
@NullMarked
package dev.stoker.domain.config;

import org.jspecify.annotations.NullMarked;
