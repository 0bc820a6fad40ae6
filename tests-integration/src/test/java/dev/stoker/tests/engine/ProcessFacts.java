package dev.stoker.tests.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the kernel says of a process.
 *
 * @param pid its pid
 * @param parent its parent's
 * @param session its session's leader
 * @param group its process group
 * @param name as the kernel has it: 15 bytes
 * @param commandLine as others see it, trailing zeros left out
 */
record ProcessFacts(
    long pid, long parent, long session, long group, String name, String commandLine) {

  static List<ProcessFacts> ofSession(long leader) {
    List<ProcessFacts> found = new ArrayList<>();
    for (String pid : Machine.names(Path.of("/proc"))) {
      if (pid.matches("\\d+")) {
        read(Long.parseLong(pid)).filter(each -> each.session() == leader).ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparing(each -> each.pid() != leader));
    return found;
  }

  /** {@return empty when it is gone, a zombie, or about to be one} */
  static Optional<ProcessFacts> read(long pid) {
    String stat = text(pid, "stat");
    int close = stat.lastIndexOf(')');
    if (close < 0) {
      return Optional.empty();
    }
    String[] fields = stat.substring(close + 2).split(" ", -1);
    if (fields[0].matches("[ZX]")) {
      return Optional.empty();
    }
    String commandLine = text(pid, "cmdline").replaceAll("\0+$", "").replace('\0', ' ');
    if (commandLine.isEmpty()) {
      // It has given its memory back, and is a zombie an instant later.
      return Optional.empty();
    }
    return Optional.of(
        new ProcessFacts(
            pid,
            Long.parseLong(fields[1]),
            Long.parseLong(fields[3]),
            Long.parseLong(fields[2]),
            stat.substring(stat.indexOf('(') + 1, close),
            commandLine));
  }

  /** {@return the local TCP ports that it listens on} */
  Set<Integer> listensOn() {
    Set<String> sockets = new TreeSet<>();
    for (String descriptor : Machine.names(Path.of("/proc", Long.toString(pid), "fd"))) {
      try {
        sockets.add(
            Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "fd", descriptor))
                .toString());
      } catch (IOException e) {
        // Closed meanwhile.
      }
    }
    Set<Integer> ports = new TreeSet<>();
    for (String line : text(pid, "net/tcp").split("\n", -1)) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length > 9
          && fields[3].equals("0A")
          && sockets.contains("socket:[" + fields[9] + "]")) {
        ports.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
      }
    }
    return ports;
  }

  /** {@return what it maps of /dev/shm, by the beginnings of the names} */
  List<String> sharedMemory() {
    List<String> names = new ArrayList<>();
    for (String line : text(pid, "maps").split("\n", -1)) {
      int at = line.indexOf("/dev/shm/");
      if (at >= 0 && !line.endsWith("(deleted)")) {
        names.add(line.substring(at + "/dev/shm/".length()).replaceAll("_.*", ""));
      }
    }
    return names;
  }

  String environment() {
    return text(pid, "environ");
  }

  private static String text(long pid, String file) {
    try {
      return new String(
          Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)),
          StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
