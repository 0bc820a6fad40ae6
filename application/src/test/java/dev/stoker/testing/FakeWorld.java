package dev.stoker.testing;

import dev.stoker.application.Application;
import dev.stoker.application.UseCases;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A world of servers on virtual time: what is launched loads, serves, obeys signals and leaves
 * things behind as {@link FakeMachine} says. One thread, no file, no process.
 */
public final class FakeWorld implements DrivenPorts {
  private final VirtualTime time = new VirtualTime();
  private final FakeMachine machine = new FakeMachine(time);
  private final InMemoryStateStore store = new InMemoryStateStore();
  private final FakeConfiguration configuration = new FakeConfiguration();
  private final FakeProvider provider = new FakeProvider();
  private final FakeHomeLock lock = new FakeHomeLock();
  private final FakeEngineInstaller installer = new FakeEngineInstaller();

  private final FakeGpus gpus = new FakeGpus();
  private final FakeKernelLog kernelLog = new FakeKernelLog();
  private final FakeHost host = new FakeHost();
  private final FakeHub hub = new FakeHub(machine::cachedBytes);
  private final FakeHooks hooks = new FakeHooks();
  private final List<String> warnings = new ArrayList<>();
  private int life;

  private final List<String> told = new ArrayList<>();
  private final FakeKeys keys = new FakeKeys();

  public FakeWorld() {}

  /** {@return the GPUs, of which nothing can be told until a test says so} */
  public FakeGpus gpus() {
    return gpus;
  }

  /** {@return what the kernel says} */
  public FakeKernelLog kernel() {
    return kernelLog;
  }

  /** {@return the clock} */
  public VirtualTime time() {
    return time;
  }

  /** {@return a Stoker in this world; the one before it, if there is one, was killed} */
  public UseCases begin() {
    life++;
    machine.forgetWatches();
    int now = life;
    return Application.wire(new FakeLife(this, time.during(() -> life == now)));
  }

  /** {@return the servers} */
  public FakeMachine machine() {
    return machine;
  }

  /** {@return the configuration file and environment} */
  public FakeConfiguration written() {
    return configuration;
  }

  /** {@return the provider, whose failures and engines a test may set} */
  public FakeProvider provider() {
    return provider;
  }

  /** {@return the state, as it would be found by the next Stoker} */
  public InMemoryStateStore store() {
    return store;
  }

  /** Lets time pass. */
  public void advance(Duration duration) {
    time.advance(duration);
  }

  /** {@return the installer} */
  public FakeEngineInstaller installer() {
    return installer;
  }

  /** Fails the test when anything of a launch is left: process, folder, lease. */
  public void assertNothingLeft() {
    machine.assertNothingLeft();
    if (!store.leases().isEmpty()) {
      throw new AssertionError("leases left: " + store.leases());
    }
  }

  @Override
  public InstantSource clock() {
    return time;
  }

  @Override
  public Scheduler scheduler() {
    return time;
  }

  @Override
  public Uptime uptime() {
    return time::uptime;
  }

  @Override
  public KernelLog kernelLog() {
    return kernelLog;
  }

  @Override
  public Surroundings surroundings() {
    return new Surroundings() {
      @Override
      public void prepare() {}

      @Override
      public List<String> warnings() {
        return warnings;
      }
    };
  }

  /** What is known to end servers behind Stoker's back. */
  public void warn(String warning) {
    warnings.add(warning);
  }

  @Override
  public GpuProbe gpuProbe() {
    return gpus;
  }

  @Override
  public ProcessLauncher processLauncher() {
    return machine;
  }

  @Override
  public ProcessTrees processTrees() {
    return machine;
  }

  /** {@return who is told of incidents} */
  public FakeHooks hooks() {
    return hooks;
  }

  /** {@return what there is on this machine} */
  public FakeHost host() {
    return host;
  }

  @Override
  public KeyStore keyStore() {
    return keys;
  }

  @Override
  public NotifySocket notifySocket() {
    return new NotifySocket() {
      @Override
      public void send(String lines) {
        told.add(lines);
      }

      @Override
      public Optional<Duration> watchdog() {
        return Optional.of(Duration.ofSeconds(30));
      }
    };
  }

  /** {@return what the service manager was told} */
  public List<String> toldInitSystem() {
    return told;
  }

  @Override
  public IncidentHook incidentHook() {
    return hooks;
  }

  @Override
  public HostFacts hostFacts() {
    return host;
  }

  @Override
  public PortTable portTable() {
    return machine.network();
  }

  @Override
  public ServerOutput serverOutput() {
    return machine.output();
  }

  @Override
  public HealthProbe healthProbe() {
    return machine.network();
  }

  @Override
  public EngineMetrics engineMetrics() {
    return machine.network();
  }

  @Override
  public InferenceClient inferenceClient() {
    return machine.network();
  }

  @Override
  public RunFolders runFolders() {
    return machine.folders();
  }

  @Override
  public StateStore stateStore() {
    return store;
  }

  @Override
  public HomeLock homeLock() {
    return lock;
  }

  @Override
  public ConfigurationSource configurationSource() {
    return configuration;
  }

  @Override
  public EngineInstaller engineInstaller() {
    return installer;
  }

  @Override
  public DemoModelWriter demoModelWriter() {
    return _ -> {};
  }

  @Override
  public ModelCache modelCache() {
    return hub;
  }

  @Override
  public ModelHub modelHub() {
    return hub;
  }

  /** Nothing is carried in this world: the real adapter is tested on real files. */
  @Override
  public ModelBundles modelBundles() {
    throw new UnsupportedOperationException("no bundles here");
  }

  @Override
  public ModelFetcher modelFetcher() {
    return hub;
  }

  /** {@return the Hub and its cache} */
  public FakeHub hub() {
    return hub;
  }

  @Override
  public Map<String, InferenceProvider> providers() {
    return Map.of("vllm", provider);
  }

  /** {@return where its keys of clients are} */
  public FakeKeys storedKeys() {
    return keys;
  }
}
