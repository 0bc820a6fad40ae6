/** What is printed. */
@NullMarked
package dev.stoker.cli.render;

import org.jspecify.annotations.NullMarked;
