package dev.stoker.infrastructure.engine;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.port.out.EngineInstaller;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.failure.StokerFailure.InstallFailed;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.PrivateFiles;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Installs vLLM with {@code uv} into a virtual environment of its own. It is built beside its place
 * and renamed into it once the server was really imported: what is in place works.
 */
final class UvEngineInstaller implements EngineInstaller {
  private static final ByteSize CPU_NEEDS = ByteSize.ofGib(8);
  private static final ByteSize GPU_NEEDS = ByteSize.ofGib(14);
  private static final String VERIFY = "import vllm.entrypoints.openai.api_server";

  private final Path engines;
  private final UvTool uv;
  private final HostDevice device;
  private final HostPython python;
  private final VllmPackage packages;

  @Inject
  UvEngineInstaller(
      Settings settings, UvTool uv, HostDevice device, HostPython python, VllmPackage packages) {
    this.engines = settings.home().engines().resolve("vllm");
    this.uv = uv;
    this.device = device;
    this.python = python;
    this.packages = packages;
  }

  @Override
  public List<String> describe(InstallRequest request) {
    String target = device.resolve(request);
    ByteSize needs = needs(target);
    return List.of(
        "vLLM "
            + (request.version() == null ? VllmPackage.DEFAULT_VERSION : request.version())
            + " for "
            + target
            + ", about "
            + (target.equals("cpu") ? "3 GB to download, 6 GB" : "5 GB to download, 10 GB")
            + " on disk",
        "into " + engines + " (free there: " + free() + ", needed: " + needs + ")");
  }

  private static ByteSize needs(String target) {
    return target.equals("cpu") ? CPU_NEEDS : GPU_NEEDS;
  }

  private ByteSize free() {
    try {
      PrivateFiles.folder(engines);
      return new ByteSize(Files.getFileStore(engines).getUsableSpace());
    } catch (IOException e) {
      throw failed("the engines' folder cannot be made: " + e, "check STOKER_HOME and its rights");
    }
  }

  @Override
  public Path install(InstallRequest request, Consumer<String> progress) {
    String target = device.resolve(request);
    String interpreter = python.find();
    ByteSize free = free();
    if (free.compareTo(needs(target)) < 0) {
      throw new LifecycleException(
          new DiskFull(
              engines.toString(), free + " free, " + needs(target) + " needed for the engine"));
    }
    StaleBuilds.remove(engines);
    Path build = engines.resolve(".building-" + ProcessHandle.current().pid());
    try {
      String tool = uv.find(interpreter, progress);
      String version = build(request, target, interpreter, tool, build, progress);
      verify(target, build, progress);
      return moveIntoPlace(build, engines.resolve(version + "-" + target), progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("the installation was interrupted", "run it again; nothing of it was left");
    } catch (IOException e) {
      throw failed("the installation failed: " + e, "check the folder " + engines);
    } finally {
      removeQuietly(build);
    }
  }

  private String build(
      InstallRequest request,
      String target,
      String interpreter,
      String tool,
      Path build,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    UvRun run = uv.run(tool, engines, request.index(), progress);
    progress.accept("Making a virtual environment with " + interpreter);
    run.orFail(List.of("venv", "--relocatable", "--python", interpreter, build.toString()));
    SpaceMeter meter = SpaceMeter.start(engines, progress);
    try {
      return packages.install(request, target, build, run, progress);
    } finally {
      meter.close();
    }
  }

  private void verify(String target, Path build, Consumer<String> progress)
      throws IOException, InterruptedException {
    progress.accept("Importing the server once, to be sure that it works");
    List<String> output = new ArrayList<>();
    int code = uv.runPython(build.resolve("bin/python"), VERIFY, target, engines, output::add);
    if (code != 0) {
      throw new LifecycleException(
          new InstallFailed(
              "the installed vLLM cannot be imported (exit code " + code + ")",
              "try another version: stoker engine install vllm --version …",
              Evidence.of(output.subList(Math.max(0, output.size() - 15), output.size()))));
    }
  }

  private static Path moveIntoPlace(Path build, Path place, Consumer<String> progress)
      throws IOException {
    if (Files.exists(place)) {
      // An engine that serves at this moment keeps its open files; its folder goes aside whole.
      Path old = place.resolveSibling(".old-" + place.getFileName());
      PrivateFiles.removeTree(old);
      Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
      Files.move(build, place, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.removeTree(old);
    } else {
      Files.move(build, place, StandardCopyOption.ATOMIC_MOVE);
    }
    progress.accept("Installed in " + place);
    return place.resolve("bin/python");
  }

  @Override
  public void remove(EngineInfo engine) {
    Path bin = engine.python().getParent();
    Path folder = bin == null ? null : bin.getParent();
    if (folder == null || !engines.equals(folder.getParent())) {
      throw new IllegalArgumentException(engine.python() + " is no engine of Stoker's");
    }
    try {
      // Renamed first: an engine whose removal was cut short must not be found any more.
      Path gone = folder.resolveSibling(".old-" + folder.getFileName());
      PrivateFiles.removeTree(gone);
      Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.removeTree(gone);
    } catch (IOException e) {
      throw failed("the engine cannot be removed: " + e, "check the rights of " + folder);
    }
  }

  private static void removeQuietly(Path build) {
    // An interrupt that ended the installation must not end its cleaning up.
    boolean interrupted = Thread.interrupted();
    try {
      PrivateFiles.removeTree(build);
    } catch (IOException e) {
      // The next installation removes what a dead one left.
      return;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static LifecycleException failed(String problem, String advice) {
    return new LifecycleException(new InstallFailed(problem, advice, Evidence.none()));
  }
}
