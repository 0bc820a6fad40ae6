package dev.stoker.application.port.out;

import java.time.InstantSource;
import java.util.Map;

/** Everything that Stoker needs of the outside world. */
public interface DrivenPorts {
  /** {@return the time} */
  InstantSource clock();

  /** {@return running things elsewhere and later} */
  Scheduler scheduler();

  /** {@return starting servers} */
  ProcessLauncher processLauncher();

  /** {@return finding and ending servers with everything they started} */
  ProcessTrees processTrees();

  /** {@return who has which port} */
  PortTable portTable();

  /** {@return reading what servers print} */
  ServerOutput serverOutput();

  /** {@return asking servers how they are} */
  HealthProbe healthProbe();

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

  /** {@return every kind of server, by name} */
  Map<String, InferenceProvider> providers();
}
