package dev.stoker.application.port.out;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.LogLevel;
import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.fit.ReportedMemory;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.progress.LoadSign;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One kind of server: how it is found, launched, read and explained. */
public interface InferenceProvider {
  /** {@return every engine on this machine, the preferred one first} */
  List<EngineInfo> engines();

  /**
   * {@return the engine to use}
   *
   * @param wanted the configured one, null for the preferred
   * @throws dev.stoker.domain.failure.LifecycleException when there is none, or it is too old
   */
  EngineInfo select(@Nullable String wanted);

  /** {@return what is wrong with further arguments: those that Stoker owns are refused} */
  List<Violation> checkArguments(List<String> arguments, String origin);

  /**
   * Looks at what can be known without the server.
   *
   * @throws dev.stoker.domain.failure.LifecycleException when the start is bound to fail
   */
  void preflight(ServiceSpec spec);

  /** {@return how to launch it; pure} */
  LaunchPlan plan(ServiceSpec spec, EngineInfo engine);

  /** {@return how it will use memory; pure} */
  MemoryPlan memory(ServiceSpec spec, EngineInfo engine);

  /** {@return what the output of a start reports of memory; empty where it does not; pure} */
  Optional<ReportedMemory> reported(List<String> lines);

  /** {@return on how many devices a server of it computes; 0 where that is not known; pure} */
  int devices(ServiceSpec spec);

  /**
   * {@return what a line of its output says about loading, most often nothing} Several processes
   * may have printed into one line. Cheap: called for each line of a start.
   */
  List<LoadSign> read(String line);

  /**
   * {@return what a line of its output says of itself; a line that says nothing belongs to the one
   * before}
   */
  LineMark mark(String line);

  /**
   * What a line says of itself.
   *
   * @param level how grave it is, null where it does not say
   * @param at when it was printed, in the zone of this machine; null where it does not say
   */
  record LineMark(@Nullable LogLevel level, @Nullable Instant at) {}

  /**
   * {@return whether a process of its tree, beside the main one, is such that the server cannot be
   * without it}
   *
   * @param command its name, as the kernel shows it: at most 15 bytes
   */
  boolean isVital(String command);

  /**
   * {@return why it ended}
   *
   * @param doing what it was doing, in words
   * @param evidence its last lines and how it ended
   */
  Failure explain(ServiceSpec spec, String doing, Evidence evidence);

  /** {@return what is wrong by an output alone, or empty where no failure is reported in it} */
  Optional<Failure> diagnose(List<String> lines);
}
