package dev.stoker.testing;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.port.out.EngineInstaller;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Remembers what it was asked for. */
public final class FakeEngineInstaller implements EngineInstaller {
  private volatile CompletableFuture<Void> hold = CompletableFuture.completedFuture(null);
  private final List<InstallRequest> installed = new CopyOnWriteArrayList<>();
  private final List<EngineInfo> removed = new CopyOnWriteArrayList<>();

  FakeEngineInstaller() {}

  /** {@return what was installed} */
  public List<InstallRequest> installed() {
    return List.copyOf(installed);
  }

  /** {@return what was removed} */
  public List<EngineInfo> removed() {
    return List.copyOf(removed);
  }

  /** Each installation takes until then. */
  public void holdUntil(CompletableFuture<Void> done) {
    hold = done;
  }

  @Override
  public List<String> describe(InstallRequest request) {
    return List.of("about 6 GB on disk");
  }

  @Override
  public Path install(InstallRequest request, Consumer<String> progress) {
    installed.add(request);
    hold.join();
    return Path.of("/engine/bin/python");
  }

  @Override
  public void remove(EngineInfo engine) {
    removed.add(engine);
  }
}
