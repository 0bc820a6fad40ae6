package dev.stoker.application.port.in;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.process.LaunchPlan;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engines on this machine: found, installed, removed. Calls block; call them off any event
 * loop.
 */
public interface EngineCatalogue {
  /** {@return every engine found, the one that would be taken first} */
  List<EngineInfo> engines();

  /**
   * {@return the engine that a service would run in}
   *
   * @param wanted the configured one, null for the first found
   * @throws dev.stoker.domain.failure.LifecycleException when there is none, or it is too old
   */
  EngineInfo select(@Nullable String wanted);

  /**
   * {@return what would be installed, where it would go and what it takes, as lines for a person}
   *
   * @throws dev.stoker.domain.failure.LifecycleException when it cannot be installed here
   */
  List<String> describe(InstallRequest request);

  /**
   * Installs an engine into a private folder: all of it or nothing. Interrupting the calling thread
   * ends it and leaves nothing.
   *
   * @param progress told what is being done, a line at a time
   * @return the engine
   * @throws dev.stoker.domain.failure.LifecycleException when it fails
   */
  EngineInfo install(InstallRequest request, Consumer<String> progress);

  /**
   * Removes an engine that Stoker installed.
   *
   * @return what was removed
   * @throws dev.stoker.domain.failure.LifecycleException when there is no such engine of ours
   */
  EngineInfo remove(String provider, String version);

  /** {@return how the service would be launched; launches nothing} */
  LaunchPlan preview(ServiceSpec spec);
}
