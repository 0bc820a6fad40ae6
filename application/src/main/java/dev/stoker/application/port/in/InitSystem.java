package dev.stoker.application.port.in;

import java.time.Duration;
import java.util.Optional;

/**
 * The service manager that started this Stoker, such as systemd. Nothing happens where there is
 * none.
 */
public interface InitSystem {
  /**
   * Stoker keeps its services.
   *
   * @param status one line for people
   */
  void ready(String status);

  /** It reads its configuration anew; {@link #ready} follows. */
  void reloading();

  /** It ends. */
  void ending();

  /** It lives, and does its work. */
  void alive();

  /** {@return how often at least {@link #alive} is to be said; empty for never} */
  Optional<Duration> patience();
}
