/** Fakes with behaviour, shared by the tests of all modules. */
@NullMarked
package dev.stoker.testing;

import org.jspecify.annotations.NullMarked;
