package dev.stoker.nvml;

import dev.stoker.domain.gpu.GpuTrouble;
import java.util.Map;

/** What functions of NVML return ({@code nvmlReturn_t} of {@code nvml.h} 13.3.29). */
final class NvmlCode {
  static final int SUCCESS = 0;
  static final int UNINITIALIZED = 1;
  static final int NOT_SUPPORTED = 3;
  static final int NO_PERMISSION = 4;
  static final int NOT_FOUND = 6;
  static final int INSUFFICIENT_SIZE = 7;
  static final int DRIVER_NOT_LOADED = 9;
  static final int TIMEOUT = 10;
  static final int LIBRARY_NOT_FOUND = 12;
  static final int FUNCTION_NOT_FOUND = 13;
  static final int GPU_IS_LOST = 15;
  static final int RESET_REQUIRED = 16;
  static final int OPERATING_SYSTEM = 17;
  static final int VERSION_MISMATCH = 18;
  static final int GPU_NOT_FOUND = 28;

  private static final Map<Integer, String> WORDS =
      Map.ofEntries(
          Map.entry(UNINITIALIZED, "not initialized"),
          Map.entry(2, "invalid argument"),
          Map.entry(NOT_SUPPORTED, "not supported"),
          Map.entry(NO_PERMISSION, "insufficient permissions"),
          Map.entry(NOT_FOUND, "not found"),
          Map.entry(8, "insufficient external power"),
          Map.entry(DRIVER_NOT_LOADED, "driver not loaded"),
          Map.entry(TIMEOUT, "timeout"),
          Map.entry(LIBRARY_NOT_FOUND, "library not found"),
          Map.entry(FUNCTION_NOT_FOUND, "this driver has no such function"),
          Map.entry(GPU_IS_LOST, "GPU is lost"),
          Map.entry(RESET_REQUIRED, "GPU requires reset"),
          Map.entry(OPERATING_SYSTEM, "GPU access blocked by the operating system"),
          Map.entry(VERSION_MISMATCH, "driver/library version mismatch"),
          Map.entry(20, "insufficient memory"),
          Map.entry(21, "no data"),
          Map.entry(25, "argument version mismatch"),
          Map.entry(26, "deprecated"),
          Map.entry(27, "not ready"),
          Map.entry(GPU_NOT_FOUND, "GPU not found"));

  private NvmlCode() {}

  static String words(int code) {
    return WORDS.getOrDefault(code, "error " + code);
  }

  /** {@return whether handles of before mean nothing any more} */
  static boolean needsNewStart(int code) {
    return code == UNINITIALIZED
        || code == DRIVER_NOT_LOADED
        || code == GPU_IS_LOST
        || code == VERSION_MISMATCH
        || code == GPU_NOT_FOUND;
  }

  /** {@return why the driver cannot be used, when it refuses to begin} */
  static GpuTrouble trouble(int code) {
    return switch (code) {
      case DRIVER_NOT_LOADED, LIBRARY_NOT_FOUND -> GpuTrouble.NO_DRIVER;
      case VERSION_MISMATCH -> GpuTrouble.MISMATCH;
      case OPERATING_SYSTEM -> GpuTrouble.BLOCKED;
      case NO_PERMISSION -> GpuTrouble.NO_PERMISSION;
      case TIMEOUT -> GpuTrouble.TIMEOUT;
      // What a container sees that has lost its devices ({@code facts-hub-and-gpu.md} E4).
      case 999 -> GpuTrouble.BLOCKED;
      default -> GpuTrouble.BROKEN;
    };
  }
}
