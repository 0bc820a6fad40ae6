/** The configuration file and the environment. */
@NullMarked
package dev.stoker.infrastructure.config;

import org.jspecify.annotations.NullMarked;
