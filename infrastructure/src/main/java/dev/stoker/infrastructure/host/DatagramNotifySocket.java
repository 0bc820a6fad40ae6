package dev.stoker.infrastructure.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.stoker.application.port.out.NotifySocket;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends datagrams to the socket that {@code NOTIFY_SOCKET} names (sd_notify(3), unix(7)). The JDK
 * has no datagrams on such sockets: three functions of the C library are called.
 */
final class DatagramNotifySocket implements NotifySocket {
  private static final Logger log = LoggerFactory.getLogger(DatagramNotifySocket.class);
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;

  /** A manager that does not read is not waited for. */
  private static final int MSG_DONTWAIT = 0x40;

  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int LONGEST_PATH = 107;
  private static final int FAMILY_BYTES = 2;

  private final Map<String, String> environment;

  @Inject
  DatagramNotifySocket(Settings settings) {
    this.environment = settings.environment();
  }

  @Override
  public Optional<Duration> watchdog() {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    String pid = environment.getOrDefault("WATCHDOG_PID", "");
    boolean isOurs = pid.isEmpty() || pid.equals(Long.toString(ProcessHandle.current().pid()));
    return micros.matches("[1-9]\\d{0,17}") && isOurs && !path().isEmpty()
        ? Optional.of(Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1000L)))
        : Optional.empty();
  }

  private String path() {
    return environment.getOrDefault("NOTIFY_SOCKET", "");
  }

  @Override
  public void send(String lines) {
    byte[] path = path().getBytes(StandardCharsets.UTF_8);
    boolean known = path.length > 1 && (path[0] == '/' || path[0] == '@');
    if (!known || path.length > LONGEST_PATH) {
      if (path.length > 0) {
        log.atWarn().addKeyValue("NOTIFY_SOCKET", path()).log("no such address");
      }
      return;
    }
    try {
      int sent = sendTo(path, lines.getBytes(StandardCharsets.UTF_8));
      if (sent < 0) {
        log.atWarn()
            .addKeyValue("NOTIFY_SOCKET", path())
            .log("the service manager does not listen");
      }
    } catch (Throwable e) {
      // Handles of foreign functions declare it. Nothing hangs on being heard.
      log.atWarn().setCause(e).log("the service manager cannot be told");
    }
  }

  private static int sendTo(byte[] path, byte[] message) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(FAMILY_BYTES + LONGEST_PATH + 1L);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(path, 0, address, JAVA_BYTE, FAMILY_BYTES, path.length);
      if (path[0] == '@') {
        // A name in the abstract namespace begins with a zero.
        address.set(JAVA_BYTE, FAMILY_BYTES, (byte) 0);
      }
      MemorySegment text = arena.allocateFrom(JAVA_BYTE, message);
      int socket = (int) Functions.SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      if (socket < 0) {
        return socket;
      }
      try {
        return (int)
            (long)
                Functions.SENDTO.invokeExact(
                    socket,
                    text,
                    (long) message.length,
                    MSG_NOSIGNAL | MSG_DONTWAIT,
                    address,
                    FAMILY_BYTES + path.length);
      } finally {
        int _ = (int) Functions.CLOSE.invokeExact(socket);
      }
    }
  }

  /** Bound when they are first needed: most Stokers have no service manager. */
  // The signatures are those of socket(2), sendto(2) and close(2).
  @SuppressWarnings("restricted")
  private static final class Functions {
    private static final Linker LINKER = Linker.nativeLinker();
    static final MethodHandle SOCKET =
        bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle SENDTO =
        bind(
            "sendto",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle CLOSE = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private static MethodHandle bind(String name, FunctionDescriptor signature) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), signature);
    }
  }
}
