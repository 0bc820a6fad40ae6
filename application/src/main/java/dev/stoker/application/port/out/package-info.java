/** The driven ports: what Stoker needs of the outside world. */
@NullMarked
package dev.stoker.application.port.out;

import org.jspecify.annotations.NullMarked;
