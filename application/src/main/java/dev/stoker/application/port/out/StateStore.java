package dev.stoker.application.port.out;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.progress.PhaseTimes;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

  /**
   * Notes what a service is meant to be, and the engine it is launched in.
   *
   * @param commit which state of its model it serves; empty where it has none
   */
  void saveService(ServiceSpec spec, EngineInfo engine, String commit);

  /** {@return what was noted of every service, by name} */
  List<ServiceRecord> services();

  /** {@return what was noted of a service, or empty} */
  Optional<ServiceRecord> service(ServiceName name);

  /**
   * Writes what a step of a service has brought: all of it or nothing.
   *
   * @param step what is to be kept
   */
  void record(StepRecord step);

  /** {@return what was written last of where a service stands, or empty} */
  Optional<Standing> standing(ServiceName service);

  /** Keeps a wish for another model than the file's, or, with null, keeps none any more. */
  void saveWish(ServiceName service, @Nullable ModelWish wish);

  /** {@return the wish for another model than the file's, or empty} */
  Optional<ModelWish> wish(ServiceName service);

  /** Forgets where a service stands, and wishes for it; its history stays. */
  void forget(ServiceName service);

  /** Writes a new lease. */
  void writeLease(Lease lease);

  /** Writes a new version of a lease that is still there; of one that was removed, nothing. */
  void updateLease(Lease lease);

  /** Removes a lease: nothing of that launch is left. */
  void removeLease(ServiceName service, long epoch);

  /** {@return every lease, oldest first} */
  List<Lease> leases();

  /** {@return the leases of a service, oldest first} */
  List<Lease> leases(ServiceName service);

  /**
   * {@return the history, oldest first}
   *
   * @param service whose, null for all
   * @param since nothing before it
   * @param most the last ones, at most this many
   */
  List<HistoryEntry> history(@Nullable ServiceName service, Instant since, int most);

  /**
   * {@return the last incidents, oldest first}
   *
   * @param service whose, null for all
   * @param most at most this many
   */
  List<Incident> incidents(@Nullable ServiceName service, int most);

  /**
   * Appends to the history of starts; of a launch that is there already, nothing.
   *
   * @param circumstances what it was made with, by name; never a secret
   */
  void appendStart(StartRecord start, Map<String, String> circumstances);

  /** {@return what the last good start of a service was made with, or empty} */
  Optional<GoodStart> lastGoodStart(ServiceName service);

  /**
   * {@return the last starts, oldest first}
   *
   * @param service whose, null for all
   * @param most at most this many
   */
  List<StartRecord> starts(@Nullable ServiceName service, int most);

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
   * @param settings all of what it was launched as, by {@link ServiceSpec#settings}; empty when not
   *     known
   */
  record ServiceRecord(
      ServiceName service,
      String provider,
      String model,
      String servedName,
      String engine,
      String engineVersion,
      Port port,
      Map<String, String> settings) {
    /** Copies the settings. */
    public ServiceRecord {
      settings = Map.copyOf(settings);
    }

    /** {@return what it was launched as, or empty when not all of it is known} */
    public Optional<ServiceSpec> launchedAs() {
      return ServiceSpec.ofSettings(service, settings);
    }

    /** {@return which state of its model it was launched with; empty when it has none} */
    public String commit() {
      return settings.getOrDefault(ServiceSpec.COMMIT, "");
    }

    /** {@return what its engine runs on, such as {@code cpu}; empty when not known} */
    public String device() {
      return settings.getOrDefault(ServiceSpec.DEVICE, "");
    }
  }

  /**
   * What a step of a service has brought.
   *
   * @param service whose
   * @param standing where it stands now, null when that need not be written
   * @param entries what happened, in order
   * @param incident an end that nobody asked for, or null
   * @param decision what was decided after the incident of this launch, or null
   * @param launch the number of the launch that the decision is about
   */
  record StepRecord(
      ServiceName service,
      @Nullable Standing standing,
      List<HistoryEntry> entries,
      @Nullable Incident incident,
      @Nullable String decision,
      long launch) {
    /** Copies the list. */
    public StepRecord {
      entries = List.copyOf(entries);
    }

    /** {@return the same, standing there; with null, as it is} */
    public StepRecord with(@Nullable Standing other) {
      return other == null
          ? this
          : new StepRecord(service, other, entries, incident, decision, launch);
    }

    /** {@return whether there is nothing to write} */
    public boolean isEmpty() {
      return standing == null && entries.isEmpty() && incident == null && decision == null;
    }
  }

  /**
   * A wish for another model than the file's: it holds until the file's is another.
   *
   * @param model which is wished
   * @param instead of which model of the file
   */
  record ModelWish(ModelReference model, ModelReference instead) {}

  /**
   * A launch that became ready.
   *
   * @param service whose
   * @param epoch which launch
   * @param model what it serves
   * @param engine which engine
   * @param at when it was launched
   * @param took until it was ready
   * @param phases how long each phase of it took
   */
  record StartRecord(
      ServiceName service,
      long epoch,
      String model,
      String engine,
      Instant at,
      Duration took,
      PhaseTimes phases) {}

  /**
   * What the last good start was made with.
   *
   * @param at when it was launched
   * @param circumstances by name; never a secret
   */
  record GoodStart(Instant at, Map<String, String> circumstances) {
    /** Copies the map. */
    public GoodStart {
      circumstances = Map.copyOf(circumstances);
    }
  }
}
