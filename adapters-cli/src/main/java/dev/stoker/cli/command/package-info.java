/** The commands. */
@NullMarked
package dev.stoker.cli.command;

import org.jspecify.annotations.NullMarked;
