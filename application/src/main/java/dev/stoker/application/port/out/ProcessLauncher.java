package dev.stoker.application.port.out;

import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.process.ProcessIdentity;
import java.util.concurrent.CompletionStage;

/** Starts servers. */
public interface ProcessLauncher {
  /**
   * Launches in a session of its own, output appended to the lease's log, the working directory and
   * the temporary directory inside the lease's folder, the cookie in the environment. The server
   * outlives this process.
   *
   * @return the process, which exists
   * @throws dev.stoker.domain.failure.LifecycleException when no process came to be
   */
  Launched launch(LaunchPlan plan, Lease lease);

  /** {@return the id of the machine's present boot} */
  String bootId();

  /**
   * A launched process.
   *
   * @param process which
   * @param exit completed once, when it is gone; never fails
   */
  record Launched(ProcessIdentity process, CompletionStage<ExitStatus> exit) {}
}
