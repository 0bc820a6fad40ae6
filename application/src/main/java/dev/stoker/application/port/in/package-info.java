/** The driving ports: what Stoker offers. */
@NullMarked
package dev.stoker.application.port.in;

import org.jspecify.annotations.NullMarked;
