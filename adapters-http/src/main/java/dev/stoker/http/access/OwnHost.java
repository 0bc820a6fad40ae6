package dev.stoker.http.access;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names by which a machine calls itself. A page in a browser that reaches 127.0.0.1 under a
 * name of its own (DNS rebinding) shows another one.
 */
public final class OwnHost {
  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

  private OwnHost() {}

  /** {@return whether a Host header names this machine's loopback, on whatever port} */
  public static boolean isNamedIn(@Nullable String host) {
    return host != null && NAMES.contains(nameIn(host));
  }

  private static String nameIn(String host) {
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon > host.lastIndexOf(']');
    return (hasPort ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
  }
}
