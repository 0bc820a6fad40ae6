package dev.stoker.infrastructure.model;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts a SHA-256 with OpenSSL's library where the machine has it ({@code EVP_DigestInit_ex(3)}),
 * else with the JDK. The short-lived and small processes that Stoker runs in compile without the
 * optimising compiler, and the JDK's own takes twelve times as long there (80 MB/s, seen): more
 * than the network needs. For one thread; to be closed.
 */
final class Sha256 implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sha256.class);
  private static final int LENGTH = 32;
  private static final @Nullable Library LIBRARY = Library.find();

  private final @Nullable MessageDigest own;
  private final @Nullable Library library;
  private final MemorySegment context;

  Sha256() {
    this(LIBRARY);
  }

  private Sha256(@Nullable Library library) {
    this.library = library;
    this.own = library == null ? digest("SHA-256") : null;
    this.context = library == null ? MemorySegment.NULL : library.begin();
  }

  /** {@return one that never uses OpenSSL} */
  static Sha256 ofTheJdk() {
    return new Sha256(null);
  }

  /** {@return whether OpenSSL's library was found} */
  static boolean isNative() {
    return LIBRARY != null;
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  void update(byte[] bytes, int count) {
    if (library != null) {
      library.update(context, bytes, count);
    } else if (own != null) {
      own.update(bytes, 0, count);
    }
  }

  /** {@return the sum in hexadecimal; nothing may be added any more} */
  String hex() {
    byte[] sum = library != null ? library.end(context) : own != null ? own.digest() : new byte[0];
    return HexFormat.of().formatHex(sum);
  }

  @Override
  public void close() {
    if (library != null) {
      library.free(context);
    }
  }

  /** The functions of {@code libcrypto} that are needed. */
  private record Library(
      MethodHandle create,
      MethodHandle free,
      MethodHandle algorithm,
      MethodHandle init,
      MethodHandle update,
      MethodHandle end) {

    /** The names of OpenSSL 3 and 1.1. */
    private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1");

    // A library that is part of every Linux with an OpenSSL, by the name of its interface.
    @SuppressWarnings("restricted")
    static @Nullable Library find() {
      for (String name : NAMES) {
        try {
          return of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException | NoSuchElementException e) {
          log.atDebug().addKeyValue("library", name).log("not here, or not what it is called");
        }
      }
      return null;
    }

    // The functions keep no pointer to memory of ours beyond the call.
    @SuppressWarnings("restricted")
    private static Library of(SymbolLookup symbols) {
      Linker linker = Linker.nativeLinker();
      ValueLayout pointer = ValueLayout.ADDRESS;
      return new Library(
          linker.downcallHandle(symbol(symbols, "EVP_MD_CTX_new"), FunctionDescriptor.of(pointer)),
          linker.downcallHandle(
              symbol(symbols, "EVP_MD_CTX_free"), FunctionDescriptor.ofVoid(pointer)),
          linker.downcallHandle(symbol(symbols, "EVP_sha256"), FunctionDescriptor.of(pointer)),
          linker.downcallHandle(
              symbol(symbols, "EVP_DigestInit_ex"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, pointer, pointer, pointer)),
          linker.downcallHandle(
              symbol(symbols, "EVP_DigestUpdate"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, pointer, pointer, ValueLayout.JAVA_LONG),
              Linker.Option.critical(true)),
          linker.downcallHandle(
              symbol(symbols, "EVP_DigestFinal_ex"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, pointer, pointer, pointer)));
    }

    private static MemorySegment symbol(SymbolLookup symbols, String name) {
      return symbols.find(name).orElseThrow();
    }

    MemorySegment begin() {
      try {
        MemorySegment context = (MemorySegment) create.invokeExact();
        MemorySegment sha256 = (MemorySegment) algorithm.invokeExact();
        check((int) init.invokeExact(context, sha256, MemorySegment.NULL));
        return context;
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    void update(MemorySegment context, byte[] bytes, int count) {
      try {
        check(
            (int)
                update.invokeExact(
                    context, MemorySegment.ofArray(bytes).asSlice(0, count), (long) count));
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    byte[] end(MemorySegment context) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment sum = arena.allocate(LENGTH);
        check((int) end.invokeExact(context, sum, MemorySegment.NULL));
        return sum.toArray(ValueLayout.JAVA_BYTE);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    void free(MemorySegment context) {
      try {
        free.invokeExact(context);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    private static void check(int result) {
      if (result != 1) {
        throw new IllegalStateException("OpenSSL refuses SHA-256");
      }
    }

    private static IllegalStateException failed(Throwable cause) {
      return new IllegalStateException("OpenSSL cannot be called", cause);
    }
  }
}
