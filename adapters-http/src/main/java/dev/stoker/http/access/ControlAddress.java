package dev.stoker.http.access;

import org.jspecify.annotations.Nullable;

/**
 * Where a control API answers, and for what.
 *
 * @param port on 127.0.0.1; 0 for any free one
 * @param token what callers must show
 * @param version of this Stoker
 * @param configuration the daemon's configuration file; null for the usual one
 */
public record ControlAddress(
    int port, String token, String version, @Nullable String configuration) {
  @Override
  public String toString() {
    return "port " + port;
  }
}
