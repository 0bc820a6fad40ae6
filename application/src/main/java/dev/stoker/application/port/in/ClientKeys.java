package dev.stoker.application.port.in;

import dev.stoker.application.ClientKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The keys by which clients of the gateway are known. Where there are any, every client needs one.
 * Changes are seen by a running daemon within a second.
 *
 * <p>Safe for any thread. Every call throws {@code LifecycleException} when the keys cannot be read
 * or written.
 */
public interface ClientKeys {
  /** {@return every key that was not removed, the oldest first} */
  List<ClientKey> list();

  /**
   * {@return whether there are any: then every client needs one, also when all of them are over}
   */
  boolean areAny();

  /**
   * {@return the secret of a new key; nobody can tell it a second time}
   *
   * @param name whose; one that has a key already is refused
   */
  String add(String name);

  /**
   * {@return the secret of a new key for somebody who has one}
   *
   * @param overlap how long the keys before still hold; zero for not at all
   */
  String rotate(String name, Duration overlap);

  /** Takes all keys of that name away, at once; a name that has none is refused. */
  void remove(String name);

  /** {@return whose secret that is; empty for nobody's, and for one that is over} */
  Optional<String> owner(String secret);
}
