package dev.stoker.testing;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.port.out.EngineInstaller;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Remembers what it was asked for. */
public final class FakeEngineInstaller implements EngineInstaller {
  private volatile boolean interrupted;
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

  /** {@return whether one was interrupted} */
  public boolean wasInterrupted() {
    return interrupted;
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
    try {
      var _ = hold.get();
    } catch (InterruptedException e) {
      interrupted = true;
      throw new LifecycleException(new Internal("interrupted"), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return Path.of("/engine/bin/python");
  }

  @Override
  public void remove(EngineInfo engine) {
    removed.add(engine);
  }
}
