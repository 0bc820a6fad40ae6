/** The folders of a home, and who owns it. */
@NullMarked
package dev.stoker.infrastructure.home;

import org.jspecify.annotations.NullMarked;
