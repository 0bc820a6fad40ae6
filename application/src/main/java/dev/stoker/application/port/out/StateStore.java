package dev.stoker.application.port.out;

import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

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

  /** Notes what a service is meant to be. */
  void saveService(ServiceSpec spec);

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
