package dev.stoker.testing;

import dev.stoker.application.port.out.ConfigurationSource;
import dev.stoker.application.port.out.DemoModelWriter;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.EngineInstaller;
import dev.stoker.application.port.out.EngineMetrics;
import dev.stoker.application.port.out.GpuProbe;
import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.application.port.out.HomeLock;
import dev.stoker.application.port.out.HostFacts;
import dev.stoker.application.port.out.IncidentHook;
import dev.stoker.application.port.out.InferenceClient;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.KernelLog;
import dev.stoker.application.port.out.KeyStore;
import dev.stoker.application.port.out.ModelBundles;
import dev.stoker.application.port.out.ModelCache;
import dev.stoker.application.port.out.ModelFetcher;
import dev.stoker.application.port.out.ModelHub;
import dev.stoker.application.port.out.NotifySocket;
import dev.stoker.application.port.out.PortTable;
import dev.stoker.application.port.out.ProcessLauncher;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.Surroundings;
import dev.stoker.application.port.out.Uptime;
import java.time.InstantSource;
import java.util.Map;

/** The world as one Stoker sees it: when it is killed, nothing of it is run any more. */
final class FakeLife implements DrivenPorts {
  private final FakeWorld world;
  private final Scheduler scheduler;

  FakeLife(FakeWorld world, Scheduler scheduler) {
    this.world = world;
    this.scheduler = scheduler;
  }

  @Override
  public InstantSource clock() {
    return world.clock();
  }

  @Override
  public Uptime uptime() {
    return world.uptime();
  }

  @Override
  public Scheduler scheduler() {
    return scheduler;
  }

  @Override
  public ProcessLauncher processLauncher() {
    return world.processLauncher();
  }

  @Override
  public ProcessTrees processTrees() {
    return world.processTrees();
  }

  @Override
  public KernelLog kernelLog() {
    return world.kernelLog();
  }

  @Override
  public GpuProbe gpuProbe() {
    return world.gpuProbe();
  }

  @Override
  public Surroundings surroundings() {
    return world.surroundings();
  }

  @Override
  public KeyStore keyStore() {
    return world.keyStore();
  }

  @Override
  public NotifySocket notifySocket() {
    return world.notifySocket();
  }

  @Override
  public IncidentHook incidentHook() {
    return world.incidentHook();
  }

  @Override
  public HostFacts hostFacts() {
    return world.hostFacts();
  }

  @Override
  public PortTable portTable() {
    return world.portTable();
  }

  @Override
  public ServerOutput serverOutput() {
    return world.serverOutput();
  }

  @Override
  public HealthProbe healthProbe() {
    return world.healthProbe();
  }

  @Override
  public EngineMetrics engineMetrics() {
    return world.engineMetrics();
  }

  @Override
  public InferenceClient inferenceClient() {
    return world.inferenceClient();
  }

  @Override
  public RunFolders runFolders() {
    return world.runFolders();
  }

  @Override
  public StateStore stateStore() {
    return world.stateStore();
  }

  @Override
  public HomeLock homeLock() {
    return world.homeLock();
  }

  @Override
  public ConfigurationSource configurationSource() {
    return world.configurationSource();
  }

  @Override
  public EngineInstaller engineInstaller() {
    return world.engineInstaller();
  }

  @Override
  public DemoModelWriter demoModelWriter() {
    return world.demoModelWriter();
  }

  @Override
  public ModelCache modelCache() {
    return world.modelCache();
  }

  @Override
  public ModelHub modelHub() {
    return world.modelHub();
  }

  @Override
  public ModelBundles modelBundles() {
    return world.modelBundles();
  }

  @Override
  public ModelFetcher modelFetcher() {
    return world.modelFetcher();
  }

  @Override
  public Map<String, InferenceProvider> providers() {
    return world.providers();
  }
}
