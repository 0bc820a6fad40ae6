package dev.stoker.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions of NVML by name. A driver may lack any of them: then the answer is the one that
 * NVML itself gives, {@link NvmlCode#FUNCTION_NOT_FOUND}. For one thread.
 */
final class NvmlFunctions {
  private static final Linker LINKER = Linker.nativeLinker();

  private final SymbolLookup symbols;
  private final Map<String, @Nullable MethodHandle> bound = new HashMap<>();

  NvmlFunctions(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  /** {@code nvmlReturn_t f(void)}. */
  int call(String name) {
    MethodHandle function = bind(name, FunctionDescriptor.of(JAVA_INT));
    try {
      return function == null ? NvmlCode.FUNCTION_NOT_FOUND : (int) function.invokeExact();
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(void *)}: a place to answer, or a handle. */
  int call(String name, MemorySegment pointer) {
    MethodHandle function = bind(name, FunctionDescriptor.of(JAVA_INT, ADDRESS));
    try {
      return function == null ? NvmlCode.FUNCTION_NOT_FOUND : (int) function.invokeExact(pointer);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(void *, void *)}. */
  int call(String name, MemorySegment first, MemorySegment second) {
    MethodHandle function = bind(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    try {
      return function == null
          ? NvmlCode.FUNCTION_NOT_FOUND
          : (int) function.invokeExact(first, second);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(void *, void *, void *)}. */
  int call(String name, MemorySegment first, MemorySegment second, MemorySegment third) {
    MethodHandle function = bind(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    try {
      return function == null
          ? NvmlCode.FUNCTION_NOT_FOUND
          : (int) function.invokeExact(first, second, third);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(void *, unsigned)}: a text, and how much of it fits. */
  int call(String name, MemorySegment text, int length) {
    MethodHandle function = bind(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    try {
      return function == null
          ? NvmlCode.FUNCTION_NOT_FOUND
          : (int) function.invokeExact(text, length);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(unsigned, void *)}. */
  int call(String name, int number, MemorySegment answer) {
    MethodHandle function = bind(name, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    try {
      return function == null
          ? NvmlCode.FUNCTION_NOT_FOUND
          : (int) function.invokeExact(number, answer);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(void *, unsigned, void *)}. */
  int call(String name, MemorySegment handle, int number, MemorySegment answer) {
    MethodHandle function = bind(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    try {
      return function == null
          ? NvmlCode.FUNCTION_NOT_FOUND
          : (int) function.invokeExact(handle, number, answer);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(void *, void *, unsigned)}. */
  int call(String name, MemorySegment first, MemorySegment second, int number) {
    MethodHandle function = bind(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    try {
      return function == null
          ? NvmlCode.FUNCTION_NOT_FOUND
          : (int) function.invokeExact(first, second, number);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(void *, unsigned, unsigned, void *)}. */
  int call(String name, MemorySegment handle, int first, int second, MemorySegment answer) {
    MethodHandle function =
        bind(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    try {
      return function == null
          ? NvmlCode.FUNCTION_NOT_FOUND
          : (int) function.invokeExact(handle, first, second, answer);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  /** {@code nvmlReturn_t f(void *, unsigned long long, void *)}. */
  int call(String name, MemorySegment handle, long mask, MemorySegment set) {
    MethodHandle function =
        bind(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));
    try {
      return function == null
          ? NvmlCode.FUNCTION_NOT_FOUND
          : (int) function.invokeExact(handle, mask, set);
    } catch (Throwable e) {
      throw failed(name, e);
    }
  }

  // The signatures are those of nvml.h; what is passed lives longer than the call.
  @SuppressWarnings("restricted")
  private @Nullable MethodHandle bind(String name, FunctionDescriptor signature) {
    if (!bound.containsKey(name)) {
      bound.put(
          name,
          symbols.find(name).map(found -> LINKER.downcallHandle(found, signature)).orElse(null));
    }
    return bound.get(name);
  }

  private static IllegalStateException failed(String name, Throwable cause) {
    return new IllegalStateException(name + " cannot be called", cause);
  }
}
