package dev.stoker.testing;

import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessLauncher;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.LaunchFailed;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Processes, their output and their folders. Strict: no signal may reach a process that is gone.
 */
public final class FakeMachine implements ProcessLauncher, ProcessTrees {
  private static final String BOOT = "boot-1";

  private final VirtualTime time;
  private final FakeNetwork network;
  private final Map<Long, FakeServer> serversByPid = new HashMap<>();
  private final Map<Path, FakeServer> serversByLog = new HashMap<>();
  private final Set<Path> folders = new HashSet<>();
  private final List<Watched> watches = new ArrayList<>();
  private FakeServer.Behaviour behaviour = FakeServer.Behaviour.normal();
  private boolean launchable = true;
  private Fate fate = Fate.KIND;
  private ServerObserver observer = ServerObserver.NOBODY;
  private long firstPid = 100;
  private long pids = Long.MAX_VALUE;
  private long nextPid = 100;
  private long cachedBytes;
  private int launches;

  FakeMachine(VirtualTime time) {
    this.time = time;
    this.network = new FakeNetwork(this, time);
  }

  /** What servers launched from now on do. */
  public void behave(FakeServer.Behaviour next) {
    behaviour = next;
  }

  /** Whether the operating system launches anything from now on. */
  public void setLaunchable(boolean now) {
    launchable = now;
  }

  /** Who decides when Stoker is killed. */
  public void setFate(Fate next) {
    fate = next;
  }

  /** Who is told what truly happens. */
  public void observe(ServerObserver next) {
    observer = next;
  }

  /** Pids come again after so many. */
  public void setPids(long many) {
    pids = many;
  }

  void gone(Lease lease) {
    observer.gone(lease);
  }

  /** How much of a model the Hub's cache holds. */
  public void setCachedBytes(long bytes) {
    cachedBytes = bytes;
  }

  long cachedBytes() {
    return cachedBytes;
  }

  /** {@return how many launches there were} */
  public int launches() {
    return launches;
  }

  /** {@return the server launched last} */
  public FakeServer last() {
    return serversByPid.get(nextPid);
  }

  /** {@return the servers of which something lives} */
  public List<FakeServer> present() {
    return serversByPid.values().stream()
        .filter(FakeServer::isPresent)
        .sorted(Comparator.comparing(FakeServer::pid))
        .toList();
  }

  /** {@return the server of a service of which something lives, or null} */
  public @Nullable FakeServer of(ServiceName service) {
    return present().stream()
        .filter(server -> server.service().equals(service))
        .findFirst()
        .orElse(null);
  }

  /** {@return how many servers, or remains of them, live} */
  public long living() {
    return serversByPid.values().stream().filter(FakeServer::isPresent).count();
  }

  /** {@return ports and health} */
  public FakeNetwork network() {
    return network;
  }

  List<FakeServer> servers() {
    return List.copyOf(serversByPid.values());
  }

  void assertNothingLeft() {
    if (living() > 0 || !folders.isEmpty()) {
      throw new AssertionError("left: " + living() + " servers, folders " + folders);
    }
  }

  @Override
  public String bootId() {
    return BOOT;
  }

  @Override
  public Launched launch(LaunchPlan plan, Lease lease) {
    if (!launchable) {
      throw new LifecycleException(new LaunchFailed(plan.command().getFirst(), "no such file"));
    }
    fate.at("before launch");
    FakeServer server = begin(lease);
    fate.at("after launch");
    return new Launched(server.process(), server.exit());
  }

  /** {@return a server that is there now} */
  FakeServer begin(Lease lease) {
    for (FakeServer server : serversByPid.values()) {
      if (server.isPresent() && server.lease().service().equals(lease.service())) {
        throw new AssertionError("a second tree is launched beside a living one (D1)");
      }
    }
    observer.launched(lease);
    serversByPid.values().removeIf(server -> !server.isPresent());
    launches++;
    do {
      nextPid = firstPid + (nextPid + FakeServer.PIDS - firstPid) % pids;
    } while (serversByPid.containsKey(nextPid));
    ProcessIdentity process = new ProcessIdentity(nextPid, 1000L + 10 * launches, BOOT);
    CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    FakeServer server = new FakeServer(this, behaviour, time, lease, process, exit);
    serversByPid.put(process.pid(), server);
    serversByLog.put(lease.log(), server);
    server.begin();
    return server;
  }

  @Override
  public void terminate(ProcessIdentity process) {
    FakeServer server = serversByPid.get(process.pid());
    fate.at("before terminate");
    if (server != null && server.mainLives() && server.process().equals(process)) {
      observer.signalled(server.lease());
      server.onTerm();
    }
    fate.at("after terminate");
  }

  @Override
  public Optional<ProcessIdentity> mainOf(Lease lease) {
    FakeServer server = serversByLog.get(lease.log());
    return server != null && server.mainLives() && server.process().equals(lease.process())
        ? Optional.of(server.process())
        : Optional.empty();
  }

  @Override
  public Watch watch(Collection<ProcessIdentity> processes, Consumer<ProcessIdentity> gone) {
    Set<ProcessIdentity> living = new HashSet<>(processes);
    Watched watched = new Watched(living, gone);
    watches.add(watched);
    return () -> watches.remove(watched);
  }

  private record Watched(Set<ProcessIdentity> living, Consumer<ProcessIdentity> gone) {}

  /** Who watched has died. */
  void forgetWatches() {
    watches.clear();
  }

  /** A process has ended: who watches it is told within the second. */
  void ended(ProcessIdentity process) {
    for (Watched watched : List.copyOf(watches)) {
      if (watched.living().remove(process)) {
        time.schedule(
            "gone",
            Duration.ofMillis(500),
            () -> {
              if (watches.contains(watched)) {
                watched.gone().accept(process);
              }
            });
      }
    }
  }

  @Override
  public Sighting observe(Lease lease) {
    FakeServer server = serversByLog.get(lease.log());
    boolean present = server != null && server.isPresent();
    return new Sighting(
        present ? server.members() : List.of(),
        present ? server.processorTime() : Duration.ZERO,
        Set.of());
  }

  @Override
  public Report sweep(Lease lease, Duration limit) {
    FakeServer server = serversByLog.get(lease.log());
    fate.at("before sweep");
    if (server == null || !server.isPresent()) {
      return new Report(0, List.of(), gone(server));
    }
    if (server.mainLives()) {
      observer.signalled(server.lease());
    }
    boolean killed = server.kill();
    fate.at("after sweep");
    return killed
        ? new Report(1, List.of(), gone(server))
        : new Report(1, List.of(new Survivor(server.head(), "python", 'D', "nv_wait")), Set.of());
  }

  private static Set<ProcessIdentity> gone(@Nullable FakeServer server) {
    return server == null ? Set.of() : Set.of(server.process(), server.engine(), server.orphan());
  }

  @Override
  public String newCookie(ServiceName service, long epoch) {
    return "home:" + service + ":" + epoch + ":cookie";
  }

  @Override
  public List<Stray> marked(Collection<Long> pids) {
    return strays().stream().filter(stray -> pids.contains(stray.process().pid())).toList();
  }

  @Override
  public List<Stray> strays() {
    List<Stray> strays = new ArrayList<>();
    for (FakeServer server : serversByPid.values()) {
      if (server.isPresent()) {
        Lease lease = server.lease();
        strays.add(new Stray(lease.service(), lease.epoch(), lease.cookie(), server.head()));
      }
    }
    return strays;
  }

  ServerOutput output() {
    return new ServerOutput() {
      @Override
      public Cursor open(Path log) {
        return new FakeCursor(log);
      }

      @Override
      public boolean keepWithin(Path log, ByteSize most) {
        return false;
      }

      @Override
      public List<String> read(InputStream output, int first, int last) {
        return new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))
            .lines()
            .limit(first)
            .toList();
      }

      @Override
      public List<String> tail(Path log, int most) {
        FakeServer server = serversByLog.get(log);
        List<String> lines = server == null ? List.of() : server.lines();
        return List.copyOf(lines.subList(Math.max(0, lines.size() - most), lines.size()));
      }
    };
  }

  private final class FakeCursor implements ServerOutput.Cursor {
    private final Path log;
    private int position;

    FakeCursor(Path log) {
      this.log = log;
    }

    @Override
    public List<String> next() {
      FakeServer server = serversByLog.get(log);
      List<String> all = server == null ? List.of() : server.lines();
      List<String> fresh = List.copyOf(all.subList(position, all.size()));
      position = all.size();
      return fresh;
    }

    @Override
    public long position() {
      return position;
    }
  }

  RunFolders folders() {
    return new RunFolders() {
      @Override
      public Folder create(ServiceName service, long epoch) {
        Folder folder = locate(service, epoch);
        folders.add(folder.path());
        return folder;
      }

      @Override
      public Folder locate(ServiceName service, long epoch) {
        String name = service + "-" + epoch;
        return new Folder(Path.of("/run", name), Path.of("/logs", name + ".log"));
      }

      @Override
      public List<Path> logs(ServiceName service) {
        return serversByLog.entrySet().stream()
            .filter(entry -> entry.getValue().lease().service().equals(service))
            .sorted(Comparator.comparing(entry -> entry.getValue().lease().epoch()))
            .map(Map.Entry::getKey)
            .toList();
      }

      @Override
      public void remove(Path folder) {
        folders.remove(folder);
      }
    };
  }
}
