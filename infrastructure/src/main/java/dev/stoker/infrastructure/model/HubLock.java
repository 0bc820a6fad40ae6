package dev.stoker.infrastructure.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lock on one file of the Hub's cache that every program takes before it fetches it: {@code
 * flock(2)} on a file beside, as the Hub's own library does (Java's file locks are of another kind,
 * which that does not see). Gone with the process that holds it.
 */
final class HubLock implements AutoCloseable {
  /** LOCK_EX and LOCK_NB of Linux. */
  private static final int EXCLUSIVE_AT_ONCE = 2 | 4;

  /** EWOULDBLOCK of Linux. */
  private static final int HELD = 11;

  private static final int READABLE_BY_ALL = 0666;

  /** That its file cannot be made has nothing to do with the Hub. */
  static final class NotMade extends IOException {
    private static final long serialVersionUID = 1;

    NotMade(String message) {
      super(message);
    }
  }

  private final int descriptor;

  private HubLock(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * {@return the lock; empty where another program holds it}
   *
   * @throws IOException when the file cannot be made
   */
  static Optional<HubLock> tryTake(Path file) throws IOException {
    int descriptor = Calls.open(file);
    if (descriptor < 0) {
      throw new NotMade("the lock " + file + " cannot be made");
    }
    boolean held = Calls.lock(descriptor) == HELD;
    if (held) {
      Calls.close(descriptor);
      return Optional.empty();
    }
    // Where the file system knows no locks, the other programs have none either.
    return Optional.of(new HubLock(descriptor));
  }

  @Override
  public void close() {
    Calls.close(descriptor);
  }

  /** The functions of every Linux's C library; bound when the first lock is taken. */
  private static final class Calls {
    private static final String ERRNO = "errno";
    private static final MethodHandle CREAT =
        bind("creat", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE =
        bind("close", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle FLOCK = flock();
    private static final VarHandle ERROR =
        Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement(ERRNO));

    private Calls() {}

    // The calls are of functions that every Linux has, and keep no memory of ours.
    @SuppressWarnings("restricted")
    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().find(name).orElseThrow(),
          FunctionDescriptor.of(result, arguments));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle flock() {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().find("flock").orElseThrow(),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
          Linker.Option.captureCallState(ERRNO));
    }

    static int open(Path file) {
      try (Arena arena = Arena.ofConfined()) {
        return (int) CREAT.invokeExact(arena.allocateFrom(file.toString()), READABLE_BY_ALL);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    /** {@return 0, or what was wrong} */
    static int lock(int descriptor) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
        int result = (int) FLOCK.invokeExact(state, descriptor, EXCLUSIVE_AT_ONCE);
        return result == 0 ? 0 : (int) ERROR.get(state, 0L);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    static void close(int descriptor) {
      try {
        int _ = (int) CLOSE.invokeExact(descriptor);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    private static IllegalStateException failed(Throwable cause) {
      return new IllegalStateException("the C library cannot be called", cause);
    }
  }
}
