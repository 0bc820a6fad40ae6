package dev.stoker.application;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key by which a client of the gateway is known, without its secret.
 *
 * @param name whose
 * @param hash SHA-256 of the secret, in hexadecimal digits; the secret itself is kept nowhere
 * @param since when it was made
 * @param until when it ends; null for never
 */
public record ClientKey(String name, String hash, Instant since, @Nullable Instant until) {
  /** What a name may be, for people. */
  public static final String ALLOWED = "1 to 64 letters, digits, '.', '_' or '-'";

  /** {@return whether a name can be a client's} */
  public static boolean isName(String text) {
    return text.matches("[A-Za-z0-9._-]{1,64}");
  }

  /** {@return whether it still holds} */
  public boolean holdsAt(Instant now) {
    return until == null || until.isAfter(now);
  }
}
