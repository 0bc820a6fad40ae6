package dev.stoker.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** {@code standin.c}, compiled; its GPUs do what a test says. */
final class NvmlStandIn {
  private final SymbolLookup symbols;
  private final MethodHandle set;
  private final MethodHandle open;

  private NvmlStandIn(SymbolLookup symbols) throws Throwable {
    this.symbols = symbols;
    this.set =
        bind("standin_set", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    this.open = bind("standin_open", FunctionDescriptor.of(ValueLayout.JAVA_INT));
    bind("standin_reset", FunctionDescriptor.ofVoid()).invoke();
  }

  // Our own library.
  @SuppressWarnings("restricted")
  private MethodHandle bind(String name, FunctionDescriptor signature) {
    return Linker.nativeLinker().downcallHandle(symbols.find(name).orElseThrow(), signature);
  }

  /**
   * {@return one, compiled with these further arguments; without a compiler the test is skipped}
   */
  // Our own library.
  @SuppressWarnings("restricted")
  static NvmlStandIn compile(Path folder, String... further) throws Throwable {
    boolean compiler =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(place -> Files.isExecutable(Path.of(place, "gcc")));
    boolean required =
        List.of(System.getenv().getOrDefault("STOKER_REQUIRE", "").split(",")).contains("gcc");
    assertThat(compiler || !required).as("gcc is required, and not here").isTrue();
    assumeTrue(compiler, "no gcc");
    Path source = folder.resolve("standin.c");
    try (InputStream text = NvmlStandIn.class.getResourceAsStream("/standin.c")) {
      Files.write(source, Objects.requireNonNull(text).readAllBytes());
    }
    Path library = Files.createTempFile(folder, "libnvidia-ml", ".so.1");
    List<String> command =
        new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-w", "-o", library.toString()));
    command.addAll(List.of(further));
    command.add(source.toString());
    Process gcc = new ProcessBuilder(command).inheritIO().start();
    if (gcc.waitFor() != 0) {
      throw new IOException("gcc failed");
    }
    return new NvmlStandIn(SymbolLookup.libraryLookup(library, Arena.global()));
  }

  NvmlLibrary library() {
    return new NvmlLibrary(new NvmlFunctions(symbols), Duration.ZERO);
  }

  NvmlStandIn set(String name, long value) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      set.invoke(arena.allocateFrom(name), value);
    }
    return this;
  }

  /** {@return how often it was begun and not ended} */
  int open() throws Throwable {
    return (int) open.invoke();
  }
}
