package dev.stoker.nvml;

import dev.stoker.infrastructure.GpuLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds {@code libnvidia-ml.so.1}, which every driver brings; WSL has it in a place of its own. */
public final class NvmlLoader implements GpuLibrary.Loader {
  private static final String LIBRARY = "libnvidia-ml.so.1";
  private static final List<Path> ELSEWHERE = List.of(Path.of("/usr/lib/wsl/lib", LIBRARY));

  /** For {@link java.util.ServiceLoader}. */
  public NvmlLoader() {}

  @Override
  public @Nullable GpuLibrary load() {
    SymbolLookup symbols = find();
    return symbols == null ? null : new NvmlLibrary(new NvmlFunctions(symbols));
  }

  // The library of the driver, by the name of its interface.
  @SuppressWarnings("restricted")
  private static @Nullable SymbolLookup find() {
    try {
      return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    } catch (IllegalArgumentException e) {
      return ELSEWHERE.stream()
          .filter(Files::isReadable)
          .map(NvmlLoader::open)
          .findFirst()
          .orElse(null);
    }
  }

  /**
   * {@return the functions of one library}
   *
   * @throws IllegalArgumentException when it is none
   */
  // As above.
  @SuppressWarnings("restricted")
  static SymbolLookup open(Path library) {
    return SymbolLookup.libraryLookup(library, Arena.global());
  }
}
