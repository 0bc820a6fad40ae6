package dev.stoker.application.port.out;

import java.time.InstantSource;
import java.util.Map;

/** Everything that Stoker needs of the outside world. */
public interface DrivenPorts {
  /** {@return the time that people read; for records, never for limits} */
  InstantSource clock();

  /** {@return the time that limits are counted by} */
  Uptime uptime();

  /** {@return running things elsewhere and later} */
  Scheduler scheduler();

  /** {@return starting servers} */
  ProcessLauncher processLauncher();

  /** {@return finding and ending servers with everything they started} */
  ProcessTrees processTrees();

  /** {@return what the kernel says} */
  KernelLog kernelLog();

  /** {@return who holds the memory of GPUs} */
  GpuProbe gpuProbe();

  /** {@return what this process runs in} */
  Surroundings surroundings();

  /** {@return where keys of clients are kept} */
  KeyStore keyStore();

  /** {@return where the service manager listens} */
  NotifySocket notifySocket();

  /** {@return telling others of incidents} */
  IncidentHook incidentHook();

  /** {@return what there is on this machine} */
  HostFacts hostFacts();

  /** {@return who has which port} */
  PortTable portTable();

  /** {@return reading what servers print} */
  ServerOutput serverOutput();

  /** {@return asking servers how they are} */
  HealthProbe healthProbe();

  /** {@return reading engines' counters} */
  EngineMetrics engineMetrics();

  /** {@return asking models} */
  InferenceClient inferenceClient();

  /** {@return folders that a launch has for itself} */
  RunFolders runFolders();

  /** {@return what must outlive this process} */
  StateStore stateStore();

  /** {@return the one owner of a home} */
  HomeLock homeLock();

  /** {@return the configuration as it was written} */
  ConfigurationSource configurationSource();

  /** {@return installing engines} */
  EngineInstaller engineInstaller();

  /** {@return the model that Stoker brings} */
  DemoModelWriter demoModelWriter();

  /** {@return the local cache of the Hub} */
  ModelCache modelCache();

  /** {@return the Hub} */
  ModelHub modelHub();

  /** {@return fetching from the Hub into its cache} */
  ModelFetcher modelFetcher();

  /** {@return folders that carry models} */
  ModelBundles modelBundles();

  /** {@return every kind of server, by name} */
  Map<String, InferenceProvider> providers();
}
