package dev.stoker.application.port.out;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.failure.ControlFailure;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must outlive this process. What a method has returned from is durable. Safe for any thread.
 * Every method throws {@code LifecycleException} when the state cannot be read or written.
 */
public interface StateStore {
  /**
   * Opens the state, making it where there is none.
   *
   * @return what the user should know, such as a corrupt file that was set aside
   */
  List<String> open();

  /** Closes it. */
  void close();

  /** {@return the highest number a launch of that service ever had, 0 for none} */
  long lastEpoch(ServiceName service);

  /**
   * Opens the state for reading beside the Stoker that owns it.
   *
   * @return whether there is one
   */
  boolean openForReading();

  /** Notes what a service is meant to be, and the engine it is launched in. */
  void saveService(ServiceSpec spec, EngineInfo engine);

  /** {@return what was noted of every service, by name} */
  List<ServiceRecord> services();

  /**
   * Notes that a service stays down until a start by hand, and why; null when it no longer does.
   */
  void saveHeldDown(ServiceName service, @Nullable HeldDown why);

  /** {@return why a service stays down, or empty when it does not} */
  Optional<HeldDown> heldDown(ServiceName service);

  /** Writes a new lease. */
  void writeLease(Lease lease);

  /** Writes a new version of a lease that is still there; of one that was removed, nothing. */
  void updateLease(Lease lease);

  /** Removes a lease: nothing of that launch is left. */
  void removeLease(ServiceName service, long epoch);

  /** {@return every lease, oldest first} */
  List<Lease> leases();

  /** Appends to the history (NFR-013). */
  void appendTransition(TransitionRecord transition);

  /** {@return the last transitions of a service, oldest first} */
  List<TransitionRecord> transitions(ServiceName service, int most);

  /** Appends to the history of starts. */
  void appendStart(StartRecord start);

  /** {@return the last starts of a service, oldest first} */
  List<StartRecord> starts(ServiceName service, int most);

  /**
   * What a service was meant to be when it was launched last.
   *
   * @param service which
   * @param provider which provider runs it
   * @param model as asked for
   * @param servedName what clients ask for
   * @param engine which engine ran it last; empty when not known
   * @param engineVersion its version and device; empty when not known
   * @param port of the server
   */
  record ServiceRecord(
      ServiceName service,
      String provider,
      String model,
      String servedName,
      String engine,
      String engineVersion,
      Port port) {}

  /**
   * Why a service stays down.
   *
   * @param failure what it failed with, null when it was stopped by hand
   */
  record HeldDown(ControlFailure.@Nullable Reported failure) {}

  /**
   * A change of state.
   *
   * @param service whose
   * @param at when
   * @param from where it stood
   * @param to where it stands
   * @param reason why
   */
  record TransitionRecord(
      ServiceName service, Instant at, ServiceState from, ServiceState to, String reason) {}

  /**
   * A launch that became ready.
   *
   * @param service whose
   * @param epoch which launch
   * @param model what it serves
   * @param engine which engine
   * @param at when it was launched
   * @param took until it was ready
   */
  record StartRecord(
      ServiceName service, long epoch, String model, String engine, Instant at, Duration took) {}
}
