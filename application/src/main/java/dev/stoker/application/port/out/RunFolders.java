package dev.stoker.application.port.out;

import dev.stoker.domain.service.ServiceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Folders that a launch has for itself, readable by their user alone. */
public interface RunFolders {
  /**
   * Makes the folder of a launch, with a working and a temporary directory inside, and a place for
   * its output outside of it, which stays.
   *
   * @throws dev.stoker.domain.failure.LifecycleException when it cannot be made
   */
  Folder create(ServiceName service, long epoch);

  /** {@return where the folder of a launch is, or would be} */
  Folder locate(ServiceName service, long epoch);

  /** {@return the outputs of the launches of a service that are still there, the oldest first} */
  List<Path> logs(ServiceName service);

  /** {@return the output of the latest launch of a service, or empty} */
  default Optional<Path> latestLog(ServiceName service) {
    return logs(service).stream().reduce((_, later) -> later);
  }

  /** Removes the folder of a launch with everything in it; the log stays. */
  void remove(Path folder);

  /**
   * The folder of a launch.
   *
   * @param path the folder
   * @param log where the output goes
   */
  record Folder(Path path, Path log) {}
}
