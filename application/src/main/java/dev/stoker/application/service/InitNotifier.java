package dev.stoker.application.service;

import dev.stoker.application.port.in.InitSystem;
import dev.stoker.application.port.out.NotifySocket;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;

/** Says it in the words of sd_notify(3). */
final class InitNotifier implements InitSystem {
  private final NotifySocket socket;

  @Inject
  InitNotifier(NotifySocket socket) {
    this.socket = socket;
  }

  @Override
  public void ready(String status) {
    socket.send("READY=1\nSTATUS=" + status.replace('\n', ' '));
  }

  @Override
  public void reloading() {
    socket.send("RELOADING=1");
  }

  @Override
  public void ending() {
    socket.send("STOPPING=1\nSTATUS=ending its services");
  }

  @Override
  public void alive() {
    socket.send("WATCHDOG=1");
  }

  /** Twice in the time that is given, as the manual advises. */
  @Override
  public Optional<Duration> patience() {
    return socket.watchdog().map(limit -> limit.dividedBy(2));
  }
}
