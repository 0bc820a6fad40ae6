package dev.stoker.http.access;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names by which a machine calls itself. A page in a browser that reaches 127.0.0.1 under a
 * name of its own (DNS rebinding) shows another one.
 */
public final class OwnHost {
  private static final String NAME = "localhost";
  private static final String ADDRESS = "127.0.0.1";

  private OwnHost() {}

  /** {@return whether a Host header names this machine's loopback, on whatever port} */
  public static boolean isNamedIn(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = nameIn(host);
    return name.equals(NAME) || name.equals(ADDRESS) || isLoopback(name);
  }

  /** A page can be called by whatever name, but not by an address that is none of its own. */
  private static boolean isLoopback(String name) {
    try {
      return InetAddress.ofLiteral(name).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String nameIn(String host) {
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon > host.lastIndexOf(']');
    String name = (hasPort ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
    return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
  }
}
