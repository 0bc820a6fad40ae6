package dev.stoker.infrastructure.process;

import dev.stoker.application.port.out.Lease;
import dev.stoker.domain.process.ProcessIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One look over all processes for those of a launch. */
final class TreeSearch {
  TreeSearch() {}

  /**
   * {@return the living processes of the launch}
   *
   * @param seen those of it that were seen before: known even when nothing else tells any more
   */
  List<ProcFs.Stat> find(Lease lease, Set<ProcessIdentity> seen) {
    String bootId = ProcFs.bootId();
    if (!bootId.equals(lease.bootId())) {
      return List.of();
    }
    long self = ProcessHandle.current().pid();
    Map<Long, ProcFs.Stat> all = new HashMap<>();
    for (long pid : ProcFs.pids()) {
      ProcFs.Stat stat = ProcFs.stat(pid);
      if (stat != null && !stat.isZombie() && pid != self && pid != 1) {
        all.put(pid, stat);
      }
    }
    ProcFs.Stat leader = leaderOf(lease);
    Set<Long> ours = new HashSet<>();
    for (ProcFs.Stat stat : all.values()) {
      if (seen.contains(stat.identity(bootId)) || isProven(stat, leader, lease)) {
        ours.add(stat.pid());
      }
    }
    addDescendants(all, ours);
    List<ProcFs.Stat> found = new ArrayList<>();
    ours.forEach(pid -> found.add(all.get(pid)));
    return found;
  }

  /**
   * {@return the main process where it is still there, be it as a zombie; null where its pid is
   * free, or another's by now}
   */
  private static ProcFs.@Nullable Stat leaderOf(Lease lease) {
    ProcessIdentity main = lease.process();
    ProcFs.Stat stat = main == null ? null : ProcFs.stat(main.pid());
    return stat != null && main != null && stat.startTicks() == main.startTicks() ? stat : null;
  }

  /**
   * A session proves only while its leader is there: its number is the leader's pid, which may
   * become a stranger's, and a stranger's session with it.
   */
  private static boolean isProven(ProcFs.Stat stat, ProcFs.@Nullable Stat leader, Lease lease) {
    return (leader != null && (stat.session() == leader.pid() || stat.pid() == leader.pid()))
        || lease.cookie().equals(ProcFs.variable(stat.pid(), SessionProcessLauncher.COOKIE))
        || writesTo(stat.pid(), ProcFs.realPath(lease.log()));
  }

  /** {@return whether a process of that pid and start carries the mark or the output besides} */
  boolean isProvenTwice(ProcessIdentity main, Lease lease) {
    return lease.cookie().equals(ProcFs.variable(main.pid(), SessionProcessLauncher.COOKIE))
        || writesTo(main.pid(), ProcFs.realPath(lease.log()));
  }

  /** Standard output and error are inherited; a reader of the log has it open as another file. */
  private static boolean writesTo(long pid, String log) {
    return ProcFs.openFile(pid, "1").equals(log) || ProcFs.openFile(pid, "2").equals(log);
  }

  private static void addDescendants(Map<Long, ProcFs.Stat> all, Set<Long> ours) {
    boolean grew = !ours.isEmpty();
    while (grew) {
      grew = false;
      for (ProcFs.Stat stat : all.values()) {
        if (!ours.contains(stat.pid()) && ours.contains(stat.parent())) {
          ours.add(stat.pid());
          grew = true;
        }
      }
    }
  }
}
