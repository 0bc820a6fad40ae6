package dev.stoker.application.port.out;

import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.service.ServiceName;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds everything that a launch started, and ends it. Never signals a process that is not proven
 * to belong to the lease (S9).
 */
public interface ProcessTrees {
  /**
   * Sends SIGTERM, and SIGCONT so that a stopped process can obey; of a process that is gone,
   * nothing.
   */
  void terminate(ProcessIdentity process);

  /** {@return what lives of the launch now; remembers it for the sweep} */
  Sighting observe(Lease lease);

  /**
   * {@return the main process of a launch that may be an earlier Stoker's, if it lives and is
   * proven to be it: by pid and start time, and by its mark or its output besides}
   */
  Optional<ProcessIdentity> mainOf(Lease lease);

  /**
   * Tells when processes are gone, each once, within a second; a zombie is gone.
   *
   * @param gone told on any thread; must not block
   * @return ends the telling when it is closed
   */
  Watch watch(Collection<ProcessIdentity> processes, Consumer<ProcessIdentity> gone);

  /** Processes that are watched. */
  interface Watch extends AutoCloseable {
    /** Tells nothing more; of one closed already, nothing. */
    @Override
    void close();
  }

  /**
   * Kills everything of the launch until two looks in a row find nothing, then removes the shared
   * memory that it was seen to map and nobody maps any more. Blocks, at most for the limit.
   */
  Report sweep(Lease lease, Duration limit);

  /** {@return a new mark for the processes of a launch: whose home, which service, which launch} */
  String newCookie(ServiceName service, long epoch);

  /** {@return living processes that carry a mark of this home, with that mark} */
  List<Stray> strays();

  /** {@return those of these that live and carry a mark of this home, with that mark} */
  List<Stray> marked(Collection<Long> pids);

  /**
   * What lives.
   *
   * @param members every living process of the launch, zombies left out
   * @param processorTime all of their processor time together
   * @param segments shared memory they map, file names in /dev/shm
   */
  record Sighting(List<Member> members, Duration processorTime, Set<String> segments) {
    /** Copies both. */
    public Sighting {
      members = List.copyOf(members);
      segments = Set.copyOf(segments);
    }

    /** {@return which processes live} */
    public List<ProcessIdentity> identities() {
      return members.stream().map(Member::process).toList();
    }
  }

  /**
   * A process of a launch.
   *
   * @param process which
   * @param command its name, as the kernel shows it: at most 15 bytes
   */
  record Member(ProcessIdentity process, String command) {}

  /**
   * What a sweep did.
   *
   * @param killed how many processes were sent SIGKILL
   * @param survivors what is still there
   * @param gone every process of the launch that was ever seen and is gone now
   */
  record Report(int killed, List<Survivor> survivors, Set<ProcessIdentity> gone) {
    /** Copies both. */
    public Report {
      survivors = List.copyOf(survivors);
      gone = Set.copyOf(gone);
    }
  }

  /**
   * A process that carries one of our cookies.
   *
   * @param service which service the cookie names
   * @param epoch which launch the cookie names
   * @param cookie which
   * @param process which process
   */
  record Stray(ServiceName service, long epoch, String cookie, ProcessIdentity process) {}
}
