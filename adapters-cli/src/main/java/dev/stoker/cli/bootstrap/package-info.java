/** Where the layers are joined, and the process's own affairs: signals, exit. */
@NullMarked
package dev.stoker.cli.bootstrap;

import org.jspecify.annotations.NullMarked;
