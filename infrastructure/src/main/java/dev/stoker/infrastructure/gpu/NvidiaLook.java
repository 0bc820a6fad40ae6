package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.infrastructure.GpuLibrary;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's GPUs: by the driver's library where it is here and a module of ours can call it, else by
 * {@code nvidia-smi}. {@code STOKER_NVML=off} keeps the library out of this process.
 */
@Singleton
final class NvidiaLook implements VendorLook {
  private static final Logger log = LoggerFactory.getLogger(NvidiaLook.class);
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  /** A driver that crashes takes with it who called its library; a program it does not. */
  private static final String SWITCH = "STOKER_NVML";

  private final Tools tools;
  private final PciCards cards;
  private final boolean inProcess;
  private boolean begun;
  private @Nullable GpuLibrary library;
  private volatile @Nullable SmiTool smi;
  private volatile @Nullable Duration expected;
  private @Nullable Duration told;

  @Inject
  NvidiaLook(Tools tools, PciCards cards, Settings settings) {
    this.tools = tools;
    this.cards = cards;
    this.inProcess = !settings.environment().getOrDefault(SWITCH, "").equalsIgnoreCase("off");
  }

  @Override
  public void expect(Duration every) {
    expected = every;
  }

  @Override
  public void relax() {
    expected = null;
    SmiTool tool = smi;
    if (tool != null) {
      tool.relax();
    }
  }

  @Override
  public GpuReport look(boolean fresh) {
    if (!begun) {
      begun = true;
      library = inProcess ? load() : null;
    }
    GpuLibrary asked = library;
    if (asked != null) {
      try {
        return asked.look();
      } catch (RuntimeException e) {
        log.atWarn().setCause(e).log("NVML cannot be called; nvidia-smi is asked from now on");
        library = null;
      }
    }
    Path program = tools.find(SmiTool.TOOL);
    if (program == null) {
      return withoutTool();
    }
    SmiTool tool = smi;
    if (tool == null) {
      tool = new SmiTool(tools, program);
      smi = tool;
    }
    adjust(tool);
    return tool.look(fresh);
  }

  /** On the thread that looks: the program that runs on is begun and ended by nobody else. */
  private void adjust(SmiTool tool) {
    Duration wanted = expected;
    if (wanted == null && told != null) {
      tool.relax();
    } else if (wanted != null && !wanted.equals(told)) {
      tool.expect(wanted);
    }
    told = wanted;
  }

  private static @Nullable GpuLibrary load() {
    for (GpuLibrary.Loader loader : ServiceLoader.load(GpuLibrary.Loader.class)) {
      GpuLibrary found = loader.load();
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private GpuReport withoutTool() {
    if (Files.exists(DRIVER)) {
      return failed(GpuTrouble.NO_TOOL, "neither libnvidia-ml.so.1 nor nvidia-smi is here");
    }
    String card = cards.find(GpuVendor.NVIDIA);
    return card.isEmpty()
        ? GpuReport.nothing()
        : failed(GpuTrouble.NO_DRIVER, "there is a card at " + card);
  }

  private static GpuReport failed(GpuTrouble trouble, String said) {
    return GpuReport.failed(GpuSource.failed(GpuVendor.NVIDIA, "kernel", trouble, said));
  }
}
