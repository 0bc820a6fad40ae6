package dev.stoker.application.port.out;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Installs engines into private folders. Calls block. */
public interface EngineInstaller {
  /**
   * {@return what would be done, as lines for a person}
   *
   * @throws dev.stoker.domain.failure.LifecycleException when it cannot be done here
   */
  List<String> describe(InstallRequest request);

  /**
   * Installs: all or nothing. Interrupting the calling thread ends it.
   *
   * @return the interpreter of the new engine
   * @throws dev.stoker.domain.failure.LifecycleException when it fails
   */
  Path install(InstallRequest request, Consumer<String> progress);

  /** Removes an engine that was installed by {@link #install}. */
  void remove(EngineInfo engine);
}
