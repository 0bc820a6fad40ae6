package dev.stoker.infrastructure.engine;

import dev.stoker.application.InstallRequest;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InstallFailed;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What this machine computes on, as the kernel sees it: no tool need be installed for that. */
final class HostDevice {
  private static final Set<String> KNOWN = Set.of("auto", "cpu", "cuda", "rocm");
  private static final String X86 = "amd64";

  private final Path root;

  @Inject
  HostDevice() {
    this(Path.of("/"));
  }

  /** For tests: a machine that is a folder. */
  HostDevice(Path root) {
    this.root = root;
  }

  /** {@return {@code cpu}, {@code cuda} or {@code rocm}; refuses what cannot work here} */
  String resolve(InstallRequest request) {
    if (!KNOWN.contains(request.device())) {
      throw new LifecycleException(
          new InvalidConfiguration(
              List.of(
                  new Violation(
                      "--device", request.device(), "must be auto, cpu, cuda or rocm", "flag"))));
    }
    String device = request.device().equals("auto") ? detect() : request.device();
    if (device.equals("rocm") && request.index() == null) {
      throw failed(
          "an installation for AMD GPUs (rocm) needs a package index that has such builds",
          "give it with --index URL, or install for the processor with --device cpu");
    }
    if (device.equals("cpu") && lacksAvx2()) {
      throw failed(
          "this processor has no AVX2, which the CPU build of vLLM needs",
          "use another machine, or a GPU build (--device cuda)");
    }
    return device;
  }

  private String detect() {
    if (Files.isDirectory(root.resolve("proc/driver/nvidia/gpus"))) {
      return "cuda";
    }
    return hasAmdGpu() ? "rocm" : "cpu";
  }

  private boolean hasAmdGpu() {
    Path cards = root.resolve("sys/class/drm");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(cards, "card*")) {
      for (Path card : entries) {
        Path driver = card.resolve("device/driver");
        if (Files.exists(driver)
            && String.valueOf(driver.toRealPath().getFileName()).equals("amdgpu")) {
          return true;
        }
      }
    } catch (IOException e) {
      return false;
    }
    return false;
  }

  private boolean lacksAvx2() {
    if (!System.getProperty("os.arch").equals(X86)) {
      return false;
    }
    try {
      return !Files.readString(root.resolve("proc/cpuinfo")).contains(" avx2");
    } catch (IOException e) {
      return false;
    }
  }

  private static LifecycleException failed(String problem, String advice) {
    return new LifecycleException(new InstallFailed(problem, advice, Evidence.none()));
  }
}
