package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuVendor;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is plugged in, whether or not a driver knows it (sysfs, {@code bus/pci/devices}). */
final class PciCards {
  private static final String NVIDIA = "0x10de";
  private static final String AMD = "0x1002";

  /** Classes of the PCI specification: displays, and processing accelerators. */
  private static final String DISPLAY = "0x03";

  private static final String ACCELERATOR = "0x12";

  private final Path root;

  @Inject
  PciCards() {
    this(Path.of("/"));
  }

  /** For tests: a machine that is a folder. */
  PciCards(Path root) {
    this.root = root;
  }

  /** {@return where a card of that vendor is plugged; empty where none is} */
  String find(GpuVendor vendor) {
    String wanted = vendor == GpuVendor.NVIDIA ? NVIDIA : AMD;
    Path devices = root.resolve("sys/bus/pci/devices");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(devices)) {
      for (Path device : all) {
        String kind = text(device.resolve("class"));
        boolean computes = kind.startsWith(DISPLAY) || kind.startsWith(ACCELERATOR);
        if (computes && text(device.resolve("vendor")).equals(wanted)) {
          return device.getFileName().toString();
        }
      }
    } catch (IOException e) {
      return "";
    }
    return "";
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
