package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.EngineCatalogue;
import dev.stoker.application.port.out.EngineInstaller;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.ControlFailure.RequestRefused;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.process.LaunchPlan;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds, installs and removes engines through their providers. */
@ApplicationScope
final class EngineService implements EngineCatalogue {
  private static final String VLLM = "vllm";
  private static final int CONFLICT = 409;

  private final Map<String, InferenceProvider> providers;
  private final EngineInstaller installer;

  /** Two at once would build in the same place. */
  private final Lock changing = new ReentrantLock();

  @Inject
  EngineService(Map<String, InferenceProvider> providers, EngineInstaller installer) {
    this.providers = providers;
    this.installer = installer;
  }

  @Override
  public List<EngineInfo> engines() {
    return new TreeSet<>(providers.keySet())
        .stream().flatMap(name -> provider(name).engines().stream()).toList();
  }

  @Override
  public EngineInfo select(@Nullable String wanted) {
    return provider(VLLM).select(wanted);
  }

  @Override
  public List<String> describe(InstallRequest request) {
    provider(request.provider());
    return installer.describe(request);
  }

  @Override
  public EngineInfo install(InstallRequest request, Consumer<String> progress) {
    InferenceProvider provider = provider(request.provider());
    return alone(() -> provider.select(installer.install(request, progress).toString()));
  }

  private <T> T alone(Supplier<T> change) {
    if (!changing.tryLock()) {
      throw new LifecycleException(
          new RequestRefused(
              "another engine is being installed or removed", CONFLICT, "wait until that is done"));
    }
    try {
      return change.get();
    } finally {
      changing.unlock();
    }
  }

  @Override
  public EngineInfo remove(String provider, String version) {
    EngineInfo ours =
        provider(provider).engines().stream()
            .filter(engine -> engine.owned() && engine.version().equals(version))
            .findFirst()
            .orElseThrow(
                () ->
                    invalid(
                        "version",
                        version,
                        "Stoker installed no such engine; 'stoker engine list' shows which there"
                            + " are"));
    return alone(
        () -> {
          installer.remove(ours);
          return ours;
        });
  }

  @Override
  public LaunchPlan preview(ServiceSpec spec) {
    InferenceProvider provider = provider(spec.provider());
    return provider.plan(spec, provider.select(spec.engine()));
  }

  private InferenceProvider provider(String name) {
    InferenceProvider provider = providers.get(name);
    if (provider == null) {
      throw invalid("engine", name, "must be one of " + new TreeSet<>(providers.keySet()));
    }
    return provider;
  }

  private static LifecycleException invalid(String key, String value, String allowed) {
    return new LifecycleException(
        new InvalidConfiguration(List.of(new Violation(key, value, allowed, "command line"))));
  }
}
