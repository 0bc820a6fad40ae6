package dev.stoker.infrastructure.process;

import dev.stoker.application.port.out.Lease;
import dev.stoker.domain.process.ProcessIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    Set<Long> ours = new HashSet<>();
    for (ProcFs.Stat stat : all.values()) {
      if (seen.contains(stat.identity(bootId)) || isProven(stat, lease)) {
        ours.add(stat.pid());
      }
    }
    addDescendants(all, ours);
    List<ProcFs.Stat> found = new ArrayList<>();
    ours.forEach(pid -> found.add(all.get(pid)));
    return found;
  }

  private static boolean isProven(ProcFs.Stat stat, Lease lease) {
    ProcessIdentity main = lease.process();
    if (main != null && isOfSession(stat, main)) {
      return true;
    }
    return lease.cookie().equals(ProcFs.variable(stat.pid(), SessionProcessLauncher.COOKIE))
        || writesTo(stat.pid(), lease.log().toString());
  }

  /** A session's id stays its leader's pid; who is in it and not older came from the leader. */
  private static boolean isOfSession(ProcFs.Stat stat, ProcessIdentity main) {
    boolean isMain = stat.pid() == main.pid();
    return isMain
        ? stat.startTicks() == main.startTicks()
        : stat.session() == main.pid() && stat.startTicks() >= main.startTicks();
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
