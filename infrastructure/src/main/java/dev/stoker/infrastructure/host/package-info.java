/** What Stoker runs in: a service manager, a login session, a container. */
@NullMarked
package dev.stoker.infrastructure.host;

import org.jspecify.annotations.NullMarked;
