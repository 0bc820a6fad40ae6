package dev.stoker.application;

import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.application.port.in.ConfiguredServices;
import dev.stoker.application.port.in.ControlAccess;
import dev.stoker.application.port.in.HomeOwnership;
import dev.stoker.application.port.in.IncidentEvidence;
import dev.stoker.application.port.in.InitSystem;
import dev.stoker.application.port.in.LeftoverSweep;
import dev.stoker.application.port.in.MachineServices;
import dev.stoker.application.port.in.OwnUse;
import dev.stoker.application.port.in.ProviderRegistry;
import dev.stoker.application.port.in.RecordedServices;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.Traffic;

/** Everything that Stoker offers. */
public interface UseCases extends RunningServices, MachineServices {
  /** {@return what earlier Stokers left} */
  LeftoverSweep leftovers();

  /** {@return the right to be the one Stoker of this home} */
  HomeOwnership home();

  /** {@return the services of the configuration file} */
  ConfiguredServices configuredServices();

  /** {@return what the state on disk says} */
  RecordedServices recordedServices();

  /** {@return what incidents left behind} */
  IncidentEvidence incidentEvidence();

  /** {@return the requests that are under way to servers} */
  Traffic traffic();

  /** {@return the service manager that started this Stoker} */
  InitSystem initSystem();

  /** {@return what this Stoker takes of its machine} */
  OwnUse ownUse();

  /** {@return the keys of clients} */
  ClientKeys clientKeys();

  /** {@return the models to ask} */
  ProviderRegistry providers();

  /** {@return how a daemon is found} */
  ControlAccess controlAccess();
}
