package dev.stoker.application;

import dev.stoker.domain.health.EngineLoad;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.time.Duration;
import java.time.Instant;

/** Something that listeners of a service are told as it happens. */
public sealed interface ServiceNotice {
  /** {@return whose} */
  ServiceName service();

  /**
   * It stands elsewhere now (NFR-013).
   *
   * @param service whose
   * @param at when
   * @param from where it stood
   * @param to where it stands
   * @param reason why
   */
  record Changed(ServiceName service, Instant at, ServiceState from, ServiceState to, String reason)
      implements ServiceNotice {}

  /**
   * Loading goes on; told at each step, and about once a second.
   *
   * @param service whose
   * @param phase how far it is
   * @param detail such as {@code shard 1 of 2}; empty when there is none
   * @param elapsed since launch
   * @param progress how far that is of the whole, and how long it will still take
   */
  record Loading(
      ServiceName service,
      LoadPhase phase,
      String detail,
      Duration elapsed,
      ModelLoadProgress progress)
      implements ServiceNotice {}

  /**
   * Its engine has so much to do.
   *
   * @param service whose
   * @param at when it was looked
   * @param load how much
   */
  record Loaded(ServiceName service, Instant at, EngineLoad load) implements ServiceNotice {}

  /**
   * It owes work and does none, for so long that it may hang; or no longer.
   *
   * @param service whose
   * @param at when
   * @param evidence what was seen, one sentence; empty when it works again
   */
  record Degraded(ServiceName service, Instant at, String evidence) implements ServiceNotice {}

  /**
   * Something unusual that is no failure, such as a start that took longer than usual.
   *
   * @param service whose
   * @param at when
   * @param text what, one sentence
   */
  record Remarked(ServiceName service, Instant at, String text) implements ServiceNotice {}
}
