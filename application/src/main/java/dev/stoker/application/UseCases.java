package dev.stoker.application;

import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.application.port.in.ConfigurationQuery;
import dev.stoker.application.port.in.ConfiguredServices;
import dev.stoker.application.port.in.ControlAccess;
import dev.stoker.application.port.in.Doctor;
import dev.stoker.application.port.in.EngineCatalogue;
import dev.stoker.application.port.in.HomeOwnership;
import dev.stoker.application.port.in.IncidentEvidence;
import dev.stoker.application.port.in.InitSystem;
import dev.stoker.application.port.in.LeftoverSweep;
import dev.stoker.application.port.in.ModelFit;
import dev.stoker.application.port.in.Models;
import dev.stoker.application.port.in.OwnUse;
import dev.stoker.application.port.in.ProviderRegistry;
import dev.stoker.application.port.in.RecordedServices;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceLogs;
import dev.stoker.application.port.in.Traffic;

/** Everything that Stoker offers. */
public interface UseCases extends RunningServices {

  /** {@return the engines on this machine} */
  EngineCatalogue engines();

  /** {@return the effective configuration} */
  ConfigurationQuery configuration();

  /** {@return what earlier Stokers left} */
  LeftoverSweep leftovers();

  /** {@return the right to be the one Stoker of this home} */
  HomeOwnership home();

  /** {@return the services of the configuration file} */
  ConfiguredServices configuredServices();

  /** {@return what the state on disk says} */
  RecordedServices recordedServices();

  /** {@return the output of servers} */
  ServiceLogs logs();

  /** {@return finding out what is wrong} */
  Doctor doctor();

  /** {@return the models here and on the Hub} */
  Models models();

  /** {@return whether models fit} */
  ModelFit fit();

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
