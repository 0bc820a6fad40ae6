package dev.stoker.application.service;

import dev.stoker.application.ClientKey;
import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.application.port.out.KeyStore;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes secrets of 256 random bits, of which only the hash is kept: as they cannot be guessed, a
 * fast hash is enough.
 */
final class KeyService implements ClientKeys {
  private static final String PREFIX = "sk-stoker-";
  private static final int BYTES = 32;
  private static final HexFormat HEX = HexFormat.of();

  private final KeyStore store;
  private final InstantSource clock;

  @Inject
  KeyService(KeyStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public List<ClientKey> list() {
    return store.keys();
  }

  @Override
  public boolean areAny() {
    return !store.keys().isEmpty();
  }

  @Override
  public String add(String name) {
    if (!ClientKey.isName(name)) {
      throw refused(name, "must be " + ClientKey.ALLOWED);
    }
    return make(
        name,
        keys -> {
          if (has(keys, name)) {
            throw refused(name, "has a key already; 'rotate' makes another");
          }
          return keys;
        });
  }

  @Override
  public String rotate(String name, Duration overlap) {
    Instant end = clock.instant().plus(overlap);
    return make(
        name,
        keys -> {
          requireIn(keys, name);
          return keys.stream()
              .map(key -> key.name().equals(name) && key.holdsAt(end) ? ending(key, end) : key)
              .toList();
        });
  }

  private static ClientKey ending(ClientKey key, Instant end) {
    return new ClientKey(key.name(), key.hash(), key.since(), end);
  }

  private String make(String name, UnaryOperator<List<ClientKey>> before) {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String secret = PREFIX + HEX.formatHex(random);
    store.change(
        keys -> {
          List<ClientKey> all = new ArrayList<>(before.apply(keys));
          // What is over is of no more use to anybody.
          all.removeIf(key -> !key.holdsAt(clock.instant()));
          all.add(new ClientKey(name, hash(secret), clock.instant(), null));
          return all;
        });
    return secret;
  }

  @Override
  public void remove(String name) {
    store.change(
        keys -> {
          requireIn(keys, name);
          return keys.stream().filter(key -> !key.name().equals(name)).toList();
        });
  }

  private static boolean has(List<ClientKey> keys, String name) {
    return keys.stream().anyMatch(key -> key.name().equals(name));
  }

  private static void requireIn(List<ClientKey> keys, String name) {
    if (!has(keys, name)) {
      List<String> names = keys.stream().map(ClientKey::name).distinct().toList();
      throw refused(name, names.isEmpty() ? "there are no keys" : "must be one of " + names);
    }
  }

  private static LifecycleException refused(String name, String problem) {
    return new LifecycleException(
        new InvalidConfiguration(List.of(new Violation("NAME", name, problem, "argument"))));
  }

  /** Looks at all of them, and at every digit of each: the time tells nothing. */
  @Override
  public Optional<String> owner(String secret) {
    byte[] hash = hash(secret).getBytes(StandardCharsets.US_ASCII);
    Instant now = clock.instant();
    String found = null;
    for (ClientKey key : store.keys()) {
      boolean same = MessageDigest.isEqual(hash, key.hash().getBytes(StandardCharsets.US_ASCII));
      if (same && key.holdsAt(now)) {
        found = key.name();
      }
    }
    return Optional.ofNullable(found);
  }

  private static String hash(String secret) {
    try {
      return HEX.formatHex(
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new LifecycleException(new Internal("this Java knows no SHA-256"), e);
    }
  }
}
