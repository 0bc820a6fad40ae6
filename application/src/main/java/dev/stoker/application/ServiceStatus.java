package dev.stoker.application;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.health.EngineLoad;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a service at one moment; a snapshot, never a probe.
 *
 * @param name its name
 * @param state where it stands
 * @param model what it serves, as asked for
 * @param servedName what clients ask for
 * @param aliases further names that they may ask for
 * @param port of the server
 * @param engine which engine runs it, such as {@code vllm}, or {@code practice} for the stand-in
 * @param engineVersion its version and device, such as {@code 0.32.0 (cpu)}; empty before the first
 *     launch
 * @param pid of the main process, null when there is none
 * @param phase while starting, else null
 * @param progress while starting, else null
 * @param upSince when it became ready, null while it is not
 * @param lastCheck the last health check, null before the first
 * @param load how much its engine has to do, null when not known
 * @param doubt why it may hang, one sentence; empty when there is no doubt
 * @param lastFailure why it ended last, null when it never did
 * @param gpus the devices it uses; empty when unknown
 * @param log the server's output, null before the first launch
 */
public record ServiceStatus(
    ServiceName name,
    ServiceState state,
    String model,
    String servedName,
    List<String> aliases,
    Port port,
    String engine,
    String engineVersion,
    @Nullable Long pid,
    @Nullable LoadPhase phase,
    @Nullable ModelLoadProgress progress,
    @Nullable Instant upSince,
    @Nullable LastCheck lastCheck,
    @Nullable EngineLoad load,
    String doubt,
    @Nullable Failure lastFailure,
    List<GpuInfo> gpus,
    @Nullable String log) {
  /** Copies the list. */
  public ServiceStatus {
    aliases = List.copyOf(aliases);
    gpus = List.copyOf(gpus);
  }

  /** {@return whether clients mean it by that name} */
  public boolean answersTo(String name) {
    return servedName.equals(name) || aliases.contains(name);
  }

  /** {@return the same, so far come with its start} */
  public ServiceStatus with(@Nullable LoadPhase in, ModelLoadProgress further) {
    return with(in, further, load, doubt);
  }

  /** {@return the same, with this to do and this doubt} */
  public ServiceStatus with(@Nullable EngineLoad engineLoad, String why) {
    return with(phase, progress, engineLoad, why);
  }

  /** {@return the same, computing on these} */
  public ServiceStatus on(List<GpuInfo> devices) {
    return with(phase, progress, load, doubt, devices);
  }

  private ServiceStatus with(
      @Nullable LoadPhase in,
      @Nullable ModelLoadProgress further,
      @Nullable EngineLoad engineLoad,
      String why) {
    return with(in, further, engineLoad, why, gpus);
  }

  private ServiceStatus with(
      @Nullable LoadPhase in,
      @Nullable ModelLoadProgress further,
      @Nullable EngineLoad engineLoad,
      String why,
      List<GpuInfo> devices) {
    return new ServiceStatus(
        name,
        state,
        model,
        servedName,
        aliases,
        port,
        engine,
        engineVersion,
        pid,
        in,
        further,
        upSince,
        lastCheck,
        engineLoad,
        why,
        lastFailure,
        devices,
        log);
  }

  /**
   * A health check.
   *
   * @param at when it was made
   * @param result what it found
   */
  public record LastCheck(Instant at, HealthCheckResult result) {}
}
