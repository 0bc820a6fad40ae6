package dev.stoker.application.port.in;

import dev.stoker.application.Checkup;
import dev.stoker.application.Difference;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.failure.Failure;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds out what is wrong, without changing anything. Calls block; no daemon is needed. */
public interface Doctor {
  /**
   * {@return what is here: engines, devices, ports, disk, memory, limits, network, cache, clock}
   *
   * @param services whose ports and engines are looked at
   */
  List<Checkup> examine(List<ServiceSpec> services);

  /**
   * {@return how a start would differ from the last one that was good, or empty where there was
   * none}
   *
   * @throws dev.stoker.domain.failure.LifecycleException when the engine is not there any more
   */
  Optional<Comparison> compare(ServiceSpec service);

  /**
   * {@return what is wrong by a vLLM's output, or empty where no failure is reported in it}
   *
   * @param output read to its end, bounded in memory; of any server, also one that Stoker never ran
   */
  Optional<Failure> explain(InputStream output);

  /**
   * How a start would differ from the last good one.
   *
   * @param goodAt when that was
   * @param differences in the order of their names; empty where it would be the same
   */
  record Comparison(Instant goodAt, List<Difference> differences) {
    /** Copies the list. */
    public Comparison {
      differences = List.copyOf(differences);
    }
  }
}
