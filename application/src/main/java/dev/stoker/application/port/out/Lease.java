package dev.stoker.application.port.out;

import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proof that a launch is ours: written before it, completed after it, removed when nothing is left.
 *
 * @param service whose
 * @param epoch which launch
 * @param cookie the mark in the environment of every process of it, never guessed
 * @param bootId the boot of the machine it belongs to
 * @param process the main process, null until it is known
 * @param port of the server
 * @param folder the launch's private folder
 * @param log where its output goes
 * @param takenAt when it was written
 * @param readyAt since when it serves, null before that
 * @param segments shared memory that its processes were seen to map, file names in /dev/shm
 */
public record Lease(
    ServiceName service,
    long epoch,
    String cookie,
    String bootId,
    @Nullable ProcessIdentity process,
    Port port,
    Path folder,
    Path log,
    Instant takenAt,
    @Nullable Instant readyAt,
    Set<String> segments) {
  /** Copies the set. */
  public Lease {
    segments = Set.copyOf(segments);
  }

  /** {@return completed with the process} */
  public Lease with(ProcessIdentity launched) {
    return new Lease(
        service, epoch, cookie, bootId, launched, port, folder, log, takenAt, readyAt, segments);
  }

  /** {@return with these segments too} */
  public Lease withMore(Set<String> more) {
    Set<String> seen = new HashSet<>(segments);
    seen.addAll(more);
    return new Lease(
        service, epoch, cookie, bootId, process, port, folder, log, takenAt, readyAt, seen);
  }

  /** {@return of a server that serves since then} */
  public Lease readySince(Instant since) {
    return new Lease(
        service, epoch, cookie, bootId, process, port, folder, log, takenAt, since, segments);
  }
}
