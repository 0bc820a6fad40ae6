package dev.stoker.tests.torture;

import dev.stoker.application.Application;
import dev.stoker.application.HistoryEntry;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import dev.stoker.testing.Recorder;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A Stoker with its real adapters that ends at a chosen touch of the world as SIGKILL would end it:
 * nothing is run any more. Says what it was asked, and what it has acknowledged.
 *
 * <p>Arguments: {@code die TOUCH SEED} (TOUCH 0: it is killed from outside) or {@code settle}.
 */
public final class Victim {
  private static final Set<String> TOUCHED =
      Set.of("processLauncher", "processTrees", "stateStore", "runFolders");
  private static final Set<String> ACTS =
      Set.of(
          "launch",
          "terminate",
          "sweep",
          "record",
          "writeLease",
          "updateLease",
          "removeLease",
          "saveService",
          "appendStart",
          "create",
          "remove");
  private static final List<ServiceName> NAMES =
      List.of(new ServiceName("a"), new ServiceName("b"));
  private static final int AS_IF_KILLED = 137;

  private final UseCases stoker;

  private Victim(UseCases stoker) {
    this.stoker = stoker;
  }

  /** Runs it in the working directory, whose file names the services. */
  public static void main(String[] arguments) throws InterruptedException, IOException {
    DrivenPorts real =
        Recorder.around(Infrastructure.create(Settings.ofThisProcess()), Path.of("trace.tsv"));
    boolean dies = arguments[0].equals("die");
    AtomicInteger touches = new AtomicInteger(dies ? Integer.parseInt(arguments[1]) : 0);
    Victim victim = new Victim(Application.wire(dies ? mortal(real, touches) : real));
    victim.stoker.home().take("torture");
    victim.stoker.configuredServices().load(Path.of("stoker.yml").toString());
    if (dies) {
      victim.live(Long.parseLong(arguments[2]));
    } else {
      victim.settle();
    }
  }

  /** The same ports, of which a touch is the last. */
  private static DrivenPorts mortal(DrivenPorts real, AtomicInteger touches) {
    return proxy(
        DrivenPorts.class,
        real,
        (name, answer) -> TOUCHED.contains(name) ? dying(answer, name, touches) : answer);
  }

  private interface Wrap {
    Object wrap(String method, Object answer);
  }

  private static Object dying(Object port, String name, AtomicInteger touches) {
    Class<?> type = port.getClass().getInterfaces()[0];
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (_, method, values) -> {
          boolean acts = ACTS.contains(method.getName());
          if (acts) {
            touch(touches, "before " + name + "." + method.getName());
          }
          try {
            return method.invoke(port, values);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          } finally {
            if (acts) {
              touch(touches, "after " + name + "." + method.getName());
            }
          }
        });
  }

  private static void touch(AtomicInteger touches, String point) {
    if (touches.decrementAndGet() == 0) {
      System.out.println("died " + point);
      System.out.flush();
      Runtime.getRuntime().halt(AS_IF_KILLED);
    }
  }

  private static <T> T proxy(Class<T> type, T real, Wrap wrap) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, values) -> wrap.wrap(method.getName(), method.invoke(real, values))));
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private void live(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    command("start", NAMES.get(0), stoker.orchestrator().start(NAMES.get(0)), true);
    command("start", NAMES.get(1), stoker.orchestrator().start(NAMES.get(1)), true);
    for (int i = 0; i < 6; i++) {
      ServiceName name = NAMES.get(random.nextInt(2));
      boolean waits = random.nextInt(3) > 0;
      switch (random.nextInt(4)) {
        case 0 -> command("stop", name, stoker.orchestrator().stop(name), waits);
        case 1 -> command("restart", name, stoker.orchestrator().restart(name), waits);
        default -> command("start", name, stoker.orchestrator().start(name), waits);
      }
      LockSupport.parkNanos(random.nextInt(200) * 1_000_000L);
    }
    LockSupport.parkNanos(1_000_000_000L);
    say("survived");
    Runtime.getRuntime().halt(AS_IF_KILLED);
  }

  private static void command(
      String what, ServiceName name, CompletableFuture<ServiceStatus> future, boolean waits) {
    say("asked " + what + " " + name);
    CompletableFuture<?> told =
        future.thenAccept(
            status -> {
              boolean reached = what.equals("stop") == (status.state() == ServiceState.STOPPED);
              if (reached) {
                say("acknowledged " + what + " " + name);
              }
            });
    if (waits) {
      try {
        told.join();
      } catch (CompletionException e) {
        say("failed " + what + " " + name + " " + e.getCause());
      }
    }
  }

  /** What the next Stoker makes of it; then all is stopped. */
  private void settle() throws InterruptedException {
    for (ServiceName name : NAMES) {
      while (!isSettled(stoker.orchestrator().status(name).state())) {
        LockSupport.parkNanos(20_000_000);
      }
      say("settled " + name + " " + stoker.orchestrator().status(name).state().printed());
      long stops =
          stoker.history().history(name, Instant.EPOCH, 1000).stream()
              .map(HistoryEntry::to)
              .filter(ServiceState.STOPPED::equals)
              .count();
      say("stops " + name + " " + stops);
    }
    for (ServiceName name : NAMES) {
      stoker.orchestrator().stop(name).join();
    }
    stoker.home().giveBack();
    say("ended");
  }

  private static boolean isSettled(ServiceState state) {
    return state == ServiceState.RUNNING
        || state == ServiceState.STOPPED
        || state == ServiceState.FAILED;
  }
}
