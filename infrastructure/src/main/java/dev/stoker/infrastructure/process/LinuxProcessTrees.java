package dev.stoker.infrastructure.process;

import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a launch's processes by session, mark, output, descent and memory of earlier looks, since
 * no single one of these catches every process (S9; {@code supervision.md} 2.4).
 */
@Singleton
final class LinuxProcessTrees implements ProcessTrees {
  private static final Logger log = LoggerFactory.getLogger(LinuxProcessTrees.class);
  private static final long PAUSE_NANOS = Duration.ofMillis(4).toNanos();
  private static final int EMPTY_LOOKS = 2;

  /** USER_HZ: 100 on every architecture that vLLM runs on (time(7)). */
  private static final long TICK_MILLIS = 10;

  private final String homeMark;
  private final TreeSearch search = new TreeSearch();
  private final ExitPoll poll;
  private final Map<String, Set<ProcessIdentity>> seenByCookie = new ConcurrentHashMap<>();

  @Inject
  LinuxProcessTrees(Settings settings, Scheduler scheduler) {
    this.poll = new ExitPoll(scheduler, ProcFs::isAlive);
    this.homeMark = Integer.toHexString(settings.home().state().toString().hashCode());
  }

  @Override
  public String newCookie(ServiceName service, long epoch) {
    return homeMark + ":" + service + ":" + epoch + ":" + UUID.randomUUID();
  }

  @Override
  public List<Stray> strays() {
    return marked(ProcFs.pids());
  }

  @Override
  public List<Stray> marked(Collection<Long> pids) {
    List<Stray> strays = new ArrayList<>();
    String bootId = ProcFs.bootId();
    for (long pid : pids) {
      String cookie = ProcFs.variable(pid, SessionProcessLauncher.COOKIE);
      ProcFs.Stat stat = ProcFs.stat(pid);
      if (cookie == null || stat == null || stat.isZombie()) {
        continue;
      }
      String[] parts = cookie.split(":", -1);
      if (parts.length == 4
          && parts[0].equals(homeMark)
          && ServiceName.isValid(parts[1])
          && parts[2].matches("\\d{1,18}")) {
        strays.add(
            new Stray(
                new ServiceName(parts[1]),
                Long.parseLong(parts[2]),
                cookie,
                stat.identity(bootId)));
      }
    }
    return strays;
  }

  @Override
  public void terminate(ProcessIdentity process) {
    if (ProcFs.isAlive(process)) {
      ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
      resume(process);
    }
  }

  /** A stopped process cannot obey SIGTERM. Java knows no SIGCONT, so the kill program sends it. */
  private static void resume(ProcessIdentity process) {
    ProcFs.Stat stat = ProcFs.stat(process.pid());
    if (stat != null && stat.startTicks() == process.startTicks() && stat.state() == 'T') {
      try {
        new ProcessBuilder("kill", "-CONT", Long.toString(process.pid())).start().waitFor();
      } catch (IOException e) {
        log.atWarn().addKeyValue("pid", process.pid()).log("stopped process not resumed");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Optional<ProcessIdentity> mainOf(Lease lease) {
    ProcessIdentity main = lease.process();
    return main != null && ProcFs.isAlive(main) && search.isProvenTwice(main, lease)
        ? Optional.of(main)
        : Optional.empty();
  }

  @Override
  public Watch watch(Collection<ProcessIdentity> processes, Consumer<ProcessIdentity> gone) {
    return poll.watch(processes, gone);
  }

  @Override
  public Sighting observe(Lease lease) {
    List<ProcFs.Stat> found = find(lease);
    Set<String> segments = new HashSet<>();
    long ticks = 0;
    List<Member> members = new ArrayList<>();
    for (ProcFs.Stat stat : found) {
      members.add(new Member(stat.identity(lease.bootId()), stat.command()));
      segments.addAll(ProcFs.sharedMemory(stat.pid()));
      ticks += stat.ticks();
    }
    return new Sighting(members, Duration.ofMillis(ticks * TICK_MILLIS), segments);
  }

  private List<ProcFs.Stat> find(Lease lease) {
    Set<ProcessIdentity> seen =
        seenByCookie.computeIfAbsent(lease.cookie(), _ -> ConcurrentHashMap.newKeySet());
    List<ProcFs.Stat> found = search.find(lease, seen);
    found.forEach(stat -> seen.add(stat.identity(lease.bootId())));
    return found;
  }

  @Override
  public Report sweep(Lease lease, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    Set<ProcessIdentity> killed = new HashSet<>();
    Set<String> segments = new HashSet<>(lease.segments());
    int emptyLooks = 0;
    List<ProcFs.Stat> living = List.of();
    while (emptyLooks < EMPTY_LOOKS && System.nanoTime() < deadline) {
      try {
        living = find(lease);
      } catch (UncheckedIOException e) {
        // Such as too many open files: what was not looked at is not gone.
        emptyLooks = 0;
        LockSupport.parkNanos(PAUSE_NANOS);
        continue;
      }
      emptyLooks = living.isEmpty() && OutputLock.isFree(lease.log()) ? emptyLooks + 1 : 0;
      for (ProcFs.Stat stat : living) {
        segments.addAll(ProcFs.sharedMemory(stat.pid()));
        if (kill(stat.identity(lease.bootId()))) {
          killed.add(stat.identity(lease.bootId()));
        }
      }
      if (emptyLooks < EMPTY_LOOKS) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    if (emptyLooks == EMPTY_LOOKS) {
      SharedMemory.removeUnused(segments);
      Set<ProcessIdentity> seen = seenByCookie.remove(lease.cookie());
      return new Report(killed.size(), List.of(), seen == null ? Set.of() : seen);
    }
    List<Survivor> survivors = living.stream().map(stat -> survivor(stat, lease)).toList();
    return new Report(killed.size(), survivors.isEmpty() ? holdersOf(lease) : survivors, Set.of());
  }

  /** The output's lock is still held: whoever has the output open is named, never signalled. */
  private static List<Survivor> holdersOf(Lease lease) {
    List<Survivor> holders = new ArrayList<>();
    String log = ProcFs.realPath(lease.log());
    for (long pid : ProcFs.pids()) {
      ProcFs.Stat stat = ProcFs.stat(pid);
      if (stat != null && !stat.isZombie() && ProcFs.openFiles(pid).contains(log)) {
        holders.add(survivor(stat, lease));
      }
    }
    ProcessIdentity unseen = new ProcessIdentity(1, 0, lease.bootId());
    return holders.isEmpty()
        ? List.of(new Survivor(unseen, "somebody unseen who holds " + log, '?', ""))
        : holders;
  }

  /** Looks once more before it strikes: the pid may be another's by now. */
  private static boolean kill(ProcessIdentity process) {
    return ProcFs.isAlive(process)
        && ProcessHandle.of(process.pid()).map(ProcessHandle::destroyForcibly).orElse(false);
  }

  private static Survivor survivor(ProcFs.Stat stat, Lease lease) {
    return new Survivor(
        stat.identity(lease.bootId()), stat.command(), stat.state(), ProcFs.waitingIn(stat.pid()));
  }

  /** The lock that the launch took on its output. */
  private static final class OutputLock {
    private OutputLock() {}

    static boolean isFree(Path output) {
      if (!Files.exists(output)) {
        return true;
      }
      try (var channel = FileChannel.open(output, StandardOpenOption.WRITE);
          var lock = channel.tryLock()) {
        return lock != null;
      } catch (IOException e) {
        // Unreadable now: what the look at the processes says must do.
        return true;
      }
    }
  }
}
