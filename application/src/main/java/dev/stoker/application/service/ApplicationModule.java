package dev.stoker.application.service;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.application.port.in.ConfigurationQuery;
import dev.stoker.application.port.in.EngineCatalogue;
import dev.stoker.application.port.in.HomeOwnership;
import dev.stoker.application.port.in.LeftoverSweep;
import dev.stoker.application.port.in.ServiceOrchestrator;

/** Which class stands behind which driving port. */
@Module
public interface ApplicationModule {
  /** {@return the orchestrator} */
  @Binds
  ServiceOrchestrator orchestrator(LifecycleService service);

  /** {@return the engines} */
  @Binds
  EngineCatalogue engines(EngineService service);

  /** {@return the configuration} */
  @Binds
  ConfigurationQuery configuration(ConfigurationService service);

  /** {@return the sweep} */
  @Binds
  LeftoverSweep leftovers(SweepService service);

  /** {@return the home} */
  @Binds
  HomeOwnership home(HomeService service);

  /** {@return the question} */
  @Binds
  AskUseCase ask(AskService service);
}
