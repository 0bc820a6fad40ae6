package dev.stoker.infrastructure.process;

import dev.stoker.application.port.out.PortTable;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.unit.Port;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads {@code /proc/net/tcp} and {@code tcp6} (proc(5)), and tries to bind. */
final class LinuxPortTable implements PortTable {
  private static final int PRIVILEGED = 1024;
  private static final String LISTENING = "0A";
  private static final Set<String> CLOSING = Set.of("04", "05", "06", "08", "09", "0B");
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  @Inject
  LinuxPortTable() {}

  @Override
  public Optional<PortHolder> holder(Port port) {
    Optional<IOException> refusal = tryToBind(port);
    if (refusal.isEmpty()) {
      return Optional.empty();
    }
    Set<String> listeners = sockets(port, Set.of(LISTENING));
    if (!listeners.isEmpty()) {
      return Optional.of(ownerOf(listeners));
    }
    if (String.valueOf(refusal.get().getMessage()).contains("ermission")
        && port.number() < PRIVILEGED) {
      return Optional.of(
          new PortHolder(0, "the system: ports below " + PRIVILEGED + " are for root"));
    }
    if (!sockets(port, CLOSING).isEmpty()) {
      // Servers bind with SO_REUSEADDR: connections that are closing do not keep them out.
      return Optional.empty();
    }
    return Optional.of(
        new PortHolder(
            0, "a process that has bound it and does not listen yet (a server still loading?)"));
  }

  /**
   * Without SO_REUSEADDR, so that a server that has bound the port and does not listen yet is seen.
   */
  private static Optional<IOException> tryToBind(Port port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(false);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port.number()));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  @Override
  public boolean listensAmong(Port port, Collection<ProcessIdentity> processes) {
    Set<String> listeners = sockets(port, Set.of(LISTENING));
    if (listeners.isEmpty()) {
      return false;
    }
    Set<String> strangers = new HashSet<>(listeners);
    processes.forEach(process -> strangers.removeAll(ProcFs.openFiles(process.pid())));
    // All of them: with SO_REUSEPORT a stranger beside ours would get half of the requests.
    return strangers.isEmpty();
  }

  /** {@return the sockets of that local port in these states, as {@code socket:[inode]}} */
  private static Set<String> sockets(Port port, Set<String> states) {
    String suffix = String.format(Locale.ROOT, ":%04X", port.number());
    Set<String> sockets = new HashSet<>();
    for (Path table : TABLES) {
      try {
        for (String line : Files.readAllLines(table)) {
          String[] fields = line.strip().split("\\s+", -1);
          if (fields.length > 9
              && fields[1].endsWith(suffix)
              && isReachedByLoopback(fields[1])
              && states.contains(fields[3])) {
            sockets.add("socket:[" + fields[9] + "]");
          }
        }
      } catch (IOException e) {
        // No such table: this kernel has no IPv6.
      }
    }
    return sockets;
  }

  /**
   * 127.0.0.1, and whatever listens on all addresses; the kernel prints addresses in host order.
   */
  private static boolean isReachedByLoopback(String address) {
    String host = address.substring(0, address.indexOf(':'));
    return host.matches("0+") || host.endsWith("0100007F") || host.endsWith("7F000001");
  }

  private static PortHolder ownerOf(Set<String> listeners) {
    for (long pid : ProcFs.pids()) {
      for (String file : ProcFs.openFiles(pid)) {
        if (listeners.contains(file)) {
          return new PortHolder(pid, ProcFs.commandLine(pid));
        }
      }
    }
    return PortHolder.unseen();
  }
}
