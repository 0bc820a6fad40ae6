package dev.stoker.application.service;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.application.port.in.ConfigurationQuery;
import dev.stoker.application.port.in.ConfigurationReload;
import dev.stoker.application.port.in.ConfiguredServices;
import dev.stoker.application.port.in.ControlAccess;
import dev.stoker.application.port.in.Doctor;
import dev.stoker.application.port.in.EngineCatalogue;
import dev.stoker.application.port.in.Gpus;
import dev.stoker.application.port.in.HomeOwnership;
import dev.stoker.application.port.in.IncidentEvidence;
import dev.stoker.application.port.in.InitSystem;
import dev.stoker.application.port.in.LeftoverSweep;
import dev.stoker.application.port.in.ModelFit;
import dev.stoker.application.port.in.Models;
import dev.stoker.application.port.in.OwnUse;
import dev.stoker.application.port.in.ProviderRegistry;
import dev.stoker.application.port.in.RecordedServices;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.application.port.in.ServiceLogs;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.in.Traffic;

/** Which class stands behind which driving port. */
@Module
public interface ApplicationModule {
  /** {@return the orchestrator} */
  @Binds
  ServiceOrchestrator orchestrator(LifecycleService service);

  /** {@return the services of the file} */
  @Binds
  ConfiguredServices configuredServices(FleetService service);

  /** {@return applying a changed file} */
  @Binds
  ConfigurationReload reload(FleetService service);

  /** {@return the state on disk} */
  @Binds
  RecordedServices recordedServices(RecordService service);

  /** {@return what happened} */
  @Binds
  ServiceHistory history(HistoryService service);

  /** {@return the output of servers} */
  @Binds
  ServiceLogs logs(LogService service);

  /** {@return finding out what is wrong} */
  @Binds
  Doctor doctor(DoctorService service);

  /** {@return the accelerators} */
  @Binds
  Gpus gpus(GpuService service);

  /** {@return whether models fit} */
  @Binds
  ModelFit fit(FitService service);

  /** {@return the models} */
  @Binds
  Models models(ModelService service);

  /** {@return what incidents left behind} */
  @Binds
  IncidentEvidence incidentEvidence(EvidenceService service);

  /** {@return how a daemon is found} */
  @Binds
  ControlAccess controlAccess(ControlService service);

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

  /** {@return the requests under way} */
  @Binds
  Traffic traffic(TrafficLedger ledger);

  /** {@return the keys of clients} */
  @Binds
  ClientKeys clientKeys(KeyService service);

  /** {@return the service manager} */
  @Binds
  InitSystem initSystem(InitNotifier service);

  /** {@return what this Stoker takes} */
  @Binds
  OwnUse ownUse(OwnUseService service);

  /** {@return the models to ask} */
  @Binds
  ProviderRegistry providers(ProviderService service);

  /** {@return the question} */
  @Binds
  AskUseCase ask(AskService service);
}
