package dev.stoker.testing;

import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessLauncher.Launched;
import dev.stoker.application.port.out.ProcessTrees.Member;
import dev.stoker.application.port.out.ProcessTrees.Report;
import dev.stoker.application.port.out.ProcessTrees.Sighting;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Writes down how a Stoker touches the real world and what the world answers, line by line, so that
 * a kill loses nothing: {@link Conformance} asks whether the model of the world could have done so.
 */
public final class Recorder {
  private static final Set<String> PORTS =
      Set.of("processLauncher", "processTrees", "portTable", "healthProbe", "stateStore");
  private static final Set<String> RECORDED =
      Set.of(
          "launch",
          "terminate",
          "observe",
          "mainOf",
          "sweep",
          "accepts",
          "check",
          "holder",
          "writeLease",
          "updateLease",
          "removeLease",
          "leases");

  private final OutputStream out;
  private final AtomicLong numbers = new AtomicLong();
  private final String life = Long.toString(System.nanoTime(), Character.MAX_RADIX);

  private Recorder(Path trace) throws IOException {
    out = Files.newOutputStream(trace, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * {@return the same ports, recorded}
   *
   * @param trace the file; it is appended to
   */
  public static DrivenPorts around(DrivenPorts real, Path trace) throws IOException {
    Recorder recorder = new Recorder(trace);
    return (DrivenPorts)
        proxy(
            DrivenPorts.class,
            (method, values) -> {
              Object port = call(real, method, values);
              return PORTS.contains(method.getName()) ? recorder.around(port) : port;
            });
  }

  private interface Handler {
    Object handle(Method method, Object[] values) throws Throwable;
  }

  private static Object proxy(Class<?> type, Handler handler) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (_, method, values) -> handler.handle(method, values == null ? new Object[0] : values));
  }

  private static Object call(Object target, Method method, Object[] values) throws Throwable {
    try {
      return method.invoke(target, values);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Object around(Object port) {
    return proxy(
        port.getClass().getInterfaces()[0], (method, values) -> touch(port, method, values));
  }

  private Object touch(Object port, Method method, Object[] values) throws Throwable {
    String what = method.getName();
    if (what.equals("watch")) {
      return call(port, method, new Object[] {values[0], told(values[1])});
    }
    if (!RECORDED.contains(what)) {
      return call(port, method, values);
    }
    String id = life + "-" + numbers.incrementAndGet();
    String subject = subject(what, values);
    write(System.nanoTime(), id, ">", what, subject, "");
    Object answer;
    try {
      answer = call(port, method, values);
    } catch (RuntimeException e) {
      write(System.nanoTime(), id, "<", what, subject, "!" + e.getClass().getSimpleName());
      throw e;
    }
    write(System.nanoTime(), id, "<", what, subject, answer(answer));
    if (answer instanceof Launched launched) {
      launched
          .exit()
          .thenAccept(
              status -> write(System.nanoTime(), id, "=", "exit", subject, status.toString()));
    }
    return answer;
  }

  @SuppressWarnings("unchecked")
  private Consumer<ProcessIdentity> told(Object consumer) {
    return process -> {
      write(System.nanoTime(), life + "-", "=", "gone", text(process), "");
      ((Consumer<ProcessIdentity>) consumer).accept(process);
    };
  }

  private static String subject(String what, Object[] values) {
    return switch (what) {
      case "launch" -> text((Lease) values[1]);
      case "terminate" -> text((ProcessIdentity) values[0]);
      case "writeLease", "updateLease" -> lease((Lease) values[0]);
      case "removeLease" -> values[0] + ":" + values[1] + ":0";
      case "leases" -> values.length == 0 ? "" : values[0].toString();
      default -> values[0] instanceof Lease lease ? text(lease) : values[0].toString();
    };
  }

  private static String answer(Object answer) {
    return switch (answer) {
      case Launched launched -> text(launched.process());
      case Sighting sighting ->
          sighting.members().stream().map(Recorder::text).collect(Collectors.joining(","));
      case Report report ->
          report.survivors().stream()
                  .map(Survivor::process)
                  .map(Recorder::text)
                  .collect(Collectors.joining(","))
              + "|"
              + report.gone().stream().map(Recorder::text).collect(Collectors.joining(","));
      case Optional<?> optional -> optional.map(Recorder::some).orElse("-");
      case HealthCheckResult result -> result.getClass().getSimpleName();
      case List<?> leases ->
          leases.stream()
              .map(each -> lease((Lease) each))
              .sorted()
              .collect(Collectors.joining(","));
      case null -> "";
      default -> answer.toString();
    };
  }

  private static String some(Object value) {
    return switch (value) {
      case ProcessIdentity process -> text(process);
      case PortHolder holder -> Long.toString(holder.pid());
      default -> value.toString();
    };
  }

  /** {@return a lease and its process, in words} */
  static String lease(Lease lease) {
    ProcessIdentity process = lease.process();
    return lease.service() + ":" + lease.epoch() + ":" + (process == null ? "-" : text(process));
  }

  private static String text(Lease lease) {
    return lease.service() + ":" + lease.epoch() + ":" + lease.port();
  }

  private static String text(Member member) {
    return text(member.process()) + "=" + member.command();
  }

  /** {@return a process, in words} */
  static String text(ProcessIdentity process) {
    return process.pid() + "@" + process.startTicks();
  }

  private synchronized void write(
      long at, String id, String mark, String what, String subject, String answer) {
    try {
      out.write(
          (Touch.line(at, id, mark, what, subject, answer) + "\n")
              .getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
