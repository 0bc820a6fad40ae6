package dev.stoker.infrastructure.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessLauncher.Launched;
import dev.stoker.application.port.out.ProcessTrees.Report;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: a tree whose members try to get away in every way that is known. */
@Timeout(60)
class ProcessTreesTest {
  /**
   * A leader that ignores SIGTERM when told so, with children: one in a session of its own, one
   * with no environment, one that closed its output, and one that is orphaned at once; each writes
   * its pid.
   */
  private static final String TREE =
      """
      import os, signal, sys, time
      folder = sys.argv[1]
      def note(name):
          with open(os.path.join(folder, name + ".tmp"), "w") as f: f.write(str(os.getpid()))
          os.rename(os.path.join(folder, name + ".tmp"), os.path.join(folder, name))
      def child(name, act):
          if os.fork() == 0:
              act()
              note(name)
              signal.signal(signal.SIGTERM, signal.SIG_IGN)
              time.sleep(600)
              os._exit(0)
      def orphan():
          if os.fork() != 0: os._exit(0)
      child("session", os.setsid)
      child("closed", lambda: [os.close(1), os.close(2)])
      child("orphan", orphan)
      if os.fork() == 0:
          os.execve(sys.executable, [sys.executable, "-c",
              "import os,time; p=os.path.join(%r,'bare'); open(p+'.tmp','w').write(str(os.getpid())); os.rename(p+'.tmp',p); time.sleep(600)" % folder], {})
      segment = os.path.join("/dev/shm", "stoker-test-" + str(os.getpid()))
      import mmap
      with open(segment, "wb") as f: f.write(b"x" * 4096)
      keep = mmap.mmap(os.open(segment, os.O_RDWR), 4096)
      note("leader")
      time.sleep(600)
      """;

  private static final List<String> MEMBERS =
      List.of("leader", "session", "closed", "orphan", "bare");

  /** A scheduler whose delays are short. */
  private static final Scheduler SOON =
      new Scheduler() {
        @Override
        public void execute(String name, Runnable task) {
          Thread.ofVirtual().start(task);
        }

        @Override
        public void schedule(String name, Duration delay, Runnable task) {
          Thread.ofVirtual()
              .start(
                  () -> {
                    LockSupport.parkNanos(5_000_000);
                    task.run();
                  });
        }
      };

  @TempDir Path folder;
  private LinuxProcessTrees trees;
  private Lease lease;

  @BeforeEach
  void prepare() throws IOException {
    trees =
        new LinuxProcessTrees(
            new Settings(Map.of("STOKER_HOME", folder.toString()), folder, folder), SOON);
    ServiceName name = new ServiceName("t");
    Files.createDirectories(folder.resolve("run/work"));
    Files.createDirectories(folder.resolve("run/tmp"));
    Files.createFile(folder.resolve("log"));
    lease =
        new Lease(
            name,
            1,
            trees.newCookie(name, 1),
            ProcFs.bootId(),
            null,
            new Port(8000),
            folder.resolve("run"),
            folder.resolve("log"),
            Instant.now(),
            null,
            Set.of());
  }

  @AfterEach
  void sweep() throws IOException {
    trees.sweep(lease, Duration.ofSeconds(20));
    ProcessIdentity leader = lease.process();
    if (leader != null) {
      // Of a leader that was killed unseen nobody can know what it mapped.
      Files.deleteIfExists(Path.of("/dev/shm/stoker-test-" + leader.pid()));
    }
  }

  private Launched launch(List<String> command) {
    LaunchPlan plan =
        new LaunchPlan(command, "python3", Map.of("PATH", System.getenv("PATH"), "HOME", "/tmp"));
    Launched launched = new SessionProcessLauncher().launch(plan, lease);
    lease = lease.with(launched.process());
    return launched;
  }

  private Launched launchTree() {
    Launched launched = launch(List.of("python3", "-c", TREE, folder.toString()));
    await(() -> MEMBERS.stream().allMatch(name -> Files.exists(folder.resolve(name))));
    return launched;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private long pid(String name) {
    try {
      return Long.parseLong(Files.readString(folder.resolve(name)).strip());
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }

  private static boolean lives(long pid) {
    ProcFs.Stat stat = ProcFs.stat(pid);
    return stat != null && !stat.isZombie();
  }

  @Test
  @Tag("NFR-011")
  void everyMemberIsFoundAndEnded() {
    launchTree();

    assertThat(trees.observe(lease).identities())
        .extracting(ProcessIdentity::pid)
        .containsAll(MEMBERS.stream().map(this::pid).toList());
    Report report = trees.sweep(lease, Duration.ofSeconds(20));

    assertThat(report.survivors()).isEmpty();
    assertThat(MEMBERS).noneMatch(name -> lives(pid(name)));
  }

  @Test
  @Tag("NFR-011")
  void whatOutlivesTheLeaderIsFoundByANewStoker() {
    Launched launched = launchTree();
    ProcessHandle.of(launched.process().pid()).orElseThrow().destroyForcibly();
    launched.exit().toCompletableFuture().join();

    // Another instance: it remembers nothing, only the lease tells it.
    LinuxProcessTrees next =
        new LinuxProcessTrees(
            new Settings(Map.of("STOKER_HOME", folder.toString()), folder, folder), SOON);
    assertThat(next.sweep(lease, Duration.ofSeconds(20)).survivors()).isEmpty();
    assertThat(MEMBERS).noneMatch(name -> lives(pid(name)));
  }

  @Test
  @Tag("NFR-011")
  void aMainProcessIsTakenForOursOnTwoProofsOnly() {
    Launched launched = launch(List.of("sleep", "600"));
    await(() -> ProcFs.commandLine(launched.process().pid()).startsWith("sleep"));
    assertThat(trees.mainOf(lease)).contains(launched.process());

    ProcessIdentity self =
        Objects.requireNonNull(ProcFs.stat(ProcessHandle.current().pid()))
            .identity(ProcFs.bootId());
    // The pid and the start are right, but nothing else says that it is ours.
    assertThat(trees.mainOf(lease.with(self))).isEmpty();
    ProcessIdentity later =
        new ProcessIdentity(
            launched.process().pid(), launched.process().startTicks() + 1, ProcFs.bootId());
    assertThat(trees.mainOf(lease.with(later))).isEmpty();
    ProcessHandle.of(launched.process().pid()).orElseThrow().destroyForcibly();
    launched.exit().toCompletableFuture().join();
    assertThat(trees.mainOf(lease)).isEmpty();
  }

  @Test
  @Tag("NFR-010")
  void theEndOfWhatIsNotOurChildIsNoticedOnce() {
    launchTree();
    ProcessIdentity orphan =
        Objects.requireNonNull(ProcFs.stat(pid("orphan"))).identity(ProcFs.bootId());
    Queue<ProcessIdentity> gone = new ConcurrentLinkedQueue<>();
    trees.watch(List.of(orphan, lease.process()), gone::add);
    ProcessHandle.of(orphan.pid()).orElseThrow().destroyForcibly();

    await(() -> !gone.isEmpty());
    assertThat(gone).containsExactly(orphan);
  }

  @Test
  @Tag("NFR-011")
  void sharedMemoryThatItMappedIsRemoved() {
    Launched launched = launchTree();
    Path segment = Path.of("/dev/shm/stoker-test-" + launched.process().pid());
    assertThat(segment).exists();

    trees.sweep(lease, Duration.ofSeconds(20));

    assertThat(segment).doesNotExist();
  }

  @Test
  void strangersAreLeftAlone() throws IOException, InterruptedException {
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      launchTree();
      trees.sweep(lease, Duration.ofSeconds(20));

      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly().waitFor();
    }
  }

  @Test
  void aWrongStartTimeIsNoProof() {
    Launched launched = launch(List.of("sleep", "600"));
    ProcessIdentity real = launched.process();
    ProcessIdentity earlier = new ProcessIdentity(real.pid(), real.startTicks() + 1, real.bootId());

    trees.terminate(earlier);
    trees.terminate(new ProcessIdentity(real.pid(), real.startTicks(), "another-boot"));

    assertThat(launched.exit().toCompletableFuture()).isNotDone();
    trees.terminate(real);
    assertThat(launched.exit().toCompletableFuture().join())
        .isEqualTo(new ExitStatus.Signalled(15));
  }

  @Test
  void aStoppedServerObeysSigterm() throws IOException, InterruptedException {
    Launched launched = launch(List.of("sleep", "600"));
    String pid = Long.toString(launched.process().pid());
    await(() -> ProcFs.commandLine(launched.process().pid()).startsWith("sleep"));
    new ProcessBuilder("kill", "-STOP", pid).start().waitFor();
    await(() -> Objects.requireNonNull(ProcFs.stat(launched.process().pid())).state() == 'T');

    trees.terminate(launched.process());

    assertThat(launched.exit().toCompletableFuture().join())
        .isEqualTo(new ExitStatus.Signalled(15));
  }

  @Test
  void theServerLeadsASessionAndKnowsItsLease() {
    Launched launched =
        launch(
            List.of("sh", "-c", "echo $STOKER_LEASE $SPT_NOENV; pwd; echo $TMPDIR; ps -o sid= $$"));
    launched.exit().toCompletableFuture().join();

    assertThat(lease.log())
        .content()
        .contains(
            lease.cookie() + " 1",
            folder.resolve("run/work").toString(),
            folder.resolve("run/tmp").toString(),
            Long.toString(launched.process().pid()));
  }

  @Test
  void aProgramThatIsNotThereSaysSo() {
    Launched launched = launch(List.of("/nonexistent/vllm"));

    assertThat(launched.exit().toCompletableFuture().join()).isEqualTo(new ExitStatus.Exited(127));
    assertThat(lease.log()).content().contains("cannot run /nonexistent/vllm");
  }

  @Test
  @Tag("FR-043")
  @Tag("UT-002")
  void thePortsHolderIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Port port = new Port(taken.getLocalPort());
      LinuxPortTable table = new LinuxPortTable();

      assertThat(table.holder(port).orElseThrow().pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(table.holder(port).orElseThrow().command()).contains("java");
      assertThat(table.listensAmong(port, List.of())).isFalse();
      ProcFs.Stat self = Objects.requireNonNull(ProcFs.stat(ProcessHandle.current().pid()));
      assertThat(table.listensAmong(port, List.of(self.identity("b")))).isTrue();
    }
  }

  @Test
  void aFreePortHasNoHolder() throws IOException {
    Port port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = new Port(free.getLocalPort());
    }

    assertThat(new LinuxPortTable().holder(port)).isEmpty();
  }
}
