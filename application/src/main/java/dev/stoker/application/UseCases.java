package dev.stoker.application;

import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.application.port.in.ConfigurationQuery;
import dev.stoker.application.port.in.EngineCatalogue;
import dev.stoker.application.port.in.HomeOwnership;
import dev.stoker.application.port.in.LeftoverSweep;
import dev.stoker.application.port.in.ServiceOrchestrator;

/** Everything that Stoker offers. */
public interface UseCases {
  /** {@return the life of services} */
  ServiceOrchestrator orchestrator();

  /** {@return the engines on this machine} */
  EngineCatalogue engines();

  /** {@return the effective configuration} */
  ConfigurationQuery configuration();

  /** {@return what earlier Stokers left} */
  LeftoverSweep leftovers();

  /** {@return the right to be the one Stoker of this home} */
  HomeOwnership home();

  /** {@return questions to a running service} */
  AskUseCase ask();
}
