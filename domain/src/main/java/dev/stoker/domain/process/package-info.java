/** How a process is told from every other, how it ended, and how it is to be launched. */
@NullMarked
package dev.stoker.domain.process;

import org.jspecify.annotations.NullMarked;
