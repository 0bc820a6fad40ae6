package dev.stoker.http.access;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a gateway listens, and to whom.
 *
 * @param host an address of this machine, or {@code localhost}; the loopback unless somebody says
 *     so
 * @param port 0 for any free one
 * @param tls null for plain HTTP
 * @param origins of pages in browsers that may ask, such as {@code https://app.example}; empty for
 *     none
 * @param rules what is allowed to those who may ask
 */
public record GatewayAddress(
    String host, int port, @Nullable Tls tls, Set<String> origins, GatewayRules rules) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String LOCALHOST = "localhost";

  /** Copies the set, and writes the address as everybody does: 127.1 is 127.0.0.1. */
  public GatewayAddress {
    origins = Set.copyOf(origins);
    host = isHost(host) && !host.equals(LOCALHOST) ? literal(host).getHostAddress() : host;
  }

  /** One whose rules are the usual ones. */
  public GatewayAddress(String host, int port, @Nullable Tls tls, Set<String> origins) {
    this(host, port, tls, origins, GatewayRules.usual());
  }

  private static InetAddress literal(String host) {
    return InetAddress.ofLiteral(host);
  }

  /**
   * What a server shows of itself. The files are read again when they change.
   *
   * @param certificate the chain, in PEM
   * @param key the private key, in PEM
   */
  public record Tls(Path certificate, Path key) {
    @Override
    public String toString() {
      return certificate + " with " + key;
    }
  }

  /** {@return the loopback, in plain HTTP} */
  public static GatewayAddress loopback(int port) {
    return new GatewayAddress(LOOPBACK, port, null, Set.of());
  }

  /** {@return whether it can be listened on, as far as can be told} */
  public static boolean isHost(String text) {
    if (text.startsWith("[") || text.contains("%")) {
      return false;
    }
    try {
      return text.equals(LOCALHOST) || literal(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** {@return whether only programs of this machine reach it} */
  public boolean isLoopback() {
    return host.equals(LOCALHOST) || literal(host).isLoopbackAddress();
  }
}
