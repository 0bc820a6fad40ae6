package dev.stoker.tests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Looks at the operating system by its own means, not by Stoker's. */
public final class Machine {
  private Machine() {}

  /** {@return pids whose environment says that they belong to this home's launches} */
  public static List<Long> processesOf(Path home) {
    List<Long> found = new ArrayList<>();
    String mark = home.toString();
    for (String pid : names(Path.of("/proc"))) {
      if (pid.matches("\\d+") && !stateOf(pid).startsWith("Z")) {
        String environment = text(Path.of("/proc", pid, "environ"));
        if (environment.contains("STOKER_LEASE=") && environment.contains(mark)) {
          found.add(Long.valueOf(pid));
        }
      }
    }
    return found;
  }

  /** {@return pids of this home's launches whose kernel name begins so} */
  static List<Long> processesNamed(Path home, String name) {
    return processesOf(home).stream()
        .filter(pid -> text(Path.of("/proc", pid.toString(), "comm")).startsWith(name))
        .toList();
  }

  private static String stateOf(String pid) {
    String stat = text(Path.of("/proc", pid, "stat"));
    int close = stat.lastIndexOf(')');
    return close < 0 ? "Z" : stat.substring(close + 2);
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return shared memory segments that exist} */
  static Set<String> sharedMemory() {
    return new TreeSet<>(names(Path.of("/dev/shm")));
  }

  /** {@return what is in the temporary directory} */
  static Set<String> temporaryFiles() {
    return new TreeSet<>(names(Path.of("/tmp")));
  }

  static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
