package dev.stoker.infrastructure.process;

import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessLauncher;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.LaunchFailed;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.process.ProcessIdentity;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Launches through a few lines of Python that make a session, take a lock on the output and become
 * the server, all in one process: its pid is the server's.
 *
 * <p>The lock (of the open file description, so inherited by every process that keeps the output)
 * tells as long as anything of the tree lives, whatever became of its pid, session and environment.
 * The output goes to a file: a pipe would break the server when Stoker dies, and block it when
 * Stoker hangs ({@code supervision.md} findings 3 and 6).
 */
final class SessionProcessLauncher implements ProcessLauncher {
  /** The mark by which every process of a launch is known. */
  static final String COOKIE = "STOKER_LEASE";

  private static final String BECOME_SERVER =
      """
      import fcntl, os, struct, sys
      os.setsid()
      fcntl.fcntl(1, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))
      try:
          os.execvpe(sys.argv[1], sys.argv[1:], os.environ)
      except OSError as e:
          print("stoker: cannot run", sys.argv[1] + ":", e.strerror, flush=True)
          os._exit(127)
      """;

  @Inject
  SessionProcessLauncher() {}

  @Override
  public String bootId() {
    return ProcFs.bootId();
  }

  @Override
  public Launched launch(LaunchPlan plan, Lease lease) {
    List<String> command = new ArrayList<>(List.of(plan.python(), "-I", "-S", "-c", BECOME_SERVER));
    command.addAll(plan.command());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(lease.folder().resolve("work").toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(lease.log().toFile()));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(plan.environment());
    environment.put(COOKIE, lease.cookie());
    // Python's setproctitle overwrites the environment that others see, and the mark with it.
    environment.put("SPT_NOENV", "1");
    environment.put("TMPDIR", lease.folder().resolve("tmp").toString());
    try {
      Process process = builder.start();
      ProcFs.Stat stat = ProcFs.stat(process.pid());
      // Gone already: with this start nothing but the mark will be taken for its tree.
      long start = stat == null ? Long.MAX_VALUE : stat.startTicks();
      return new Launched(
          new ProcessIdentity(process.pid(), start, lease.bootId()),
          process.onExit().thenApply(ended -> ExitStatus.ofExitValue(ended.exitValue())));
    } catch (IOException e) {
      throw new LifecycleException(
          new LaunchFailed(plan.command().getFirst(), String.valueOf(e.getMessage())), e);
    }
  }
}
