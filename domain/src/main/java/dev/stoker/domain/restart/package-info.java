/** Whether, and when, a server that died may be started again. */
@NullMarked
package dev.stoker.domain.restart;

import org.jspecify.annotations.NullMarked;
