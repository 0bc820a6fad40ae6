package dev.stoker.application.port.out;

import java.time.Duration;

/**
 * How long the machine has been up, sleep included. Limits are counted by it: it never jumps, and
 * is the same for every Stoker of one boot. Safe for any thread; short.
 */
@FunctionalInterface
public interface Uptime {
  /** {@return the time since boot} */
  Duration now();
}
