package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a server: of ours, what it can need and nothing else; Python's own settings,
 * another virtual environment and leftovers of torch.distributed stay outside ({@code
 * facts-vllm.md} 6).
 */
final class VllmEnvironment {
  private static final Set<String> KEPT =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "LANG",
          "LANGUAGE",
          "TZ",
          "LD_LIBRARY_PATH",
          "LD_PRELOAD",
          "CC",
          "CXX",
          "XDG_CACHE_HOME",
          "XDG_CONFIG_HOME",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "REQUESTS_CA_BUNDLE",
          "CURL_CA_BUNDLE",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "ALL_PROXY",
          "NO_PROXY",
          "http_proxy",
          "https_proxy",
          "all_proxy",
          "no_proxy");

  private static final List<String> KEPT_PREFIXES =
      List.of(
          "LC_",
          "CUDA_",
          "NVIDIA_",
          "NCCL_",
          "GLOO_",
          "HIP_",
          "ROCR_",
          "ROCM_",
          "HSA_",
          "AMD_",
          "VLLM_",
          "HF_",
          "HUGGING_FACE_",
          "HUGGINGFACE_",
          "TRANSFORMERS_",
          "SAFETENSORS_",
          "TORCH",
          "PYTORCH_",
          "TRITON_",
          "FLASHINFER_",
          "OMP_",
          "KMP_",
          "MKL_",
          "GOMP_",
          "OPENBLAS_",
          "NUMEXPR_",
          "RAY_",
          "UCX_",
          "TIKTOKEN_",
          "TOKENIZERS_",
          "MODELSCOPE_",
          "RUNAI_");

  /** Of these names vLLM, or Stoker, means something else: Kubernetes sets them too. */
  private static final Set<String> DROPPED =
      Set.of(
          "VLLM_PORT",
          "VLLM_MODEL",
          "VLLM_HOST",
          "VLLM_SERVICE_HOST",
          "VLLM_SERVICE_PORT",
          "VLLM_PROCESS_NAME_PREFIX",
          "VLLM_KEEP_ALIVE_ON_ENGINE_DEATH");

  private static final List<String> PATHS =
      List.of(
          "HF_HOME",
          "HF_HUB_CACHE",
          "HUGGINGFACE_HUB_CACHE",
          "HF_TOKEN_PATH",
          "HF_XET_CACHE",
          "VLLM_CACHE_ROOT",
          "TRITON_CACHE_DIR",
          "TORCHINDUCTOR_CACHE_DIR",
          "XDG_CACHE_HOME",
          "XDG_CONFIG_HOME",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "REQUESTS_CA_BUNDLE",
          "CURL_CA_BUNDLE");

  /** GiB, where nobody said: the whole of vLLM's own default would be 92 % of the memory. */
  private static final String CPU_CACHE_GIB = "4";

  private static final String DEMO_CACHE_GIB = "1";

  /** The practice engine's switches for faults. */
  private static final String PRACTICE_PREFIX = "STOKER_PRACTICE";

  private VllmEnvironment() {}

  /** The server runs in a folder of its own, where relative paths would mean something else. */
  static Map<String, String> withAbsolutePaths(Map<String, String> environment, Path base) {
    Map<String, String> absolute = new HashMap<>(environment);
    for (String name : PATHS) {
      absolute.computeIfPresent(
          name,
          (_, value) ->
              value.isBlank() || value.startsWith("~") || value.startsWith("$")
                  ? value
                  : base.resolve(value).normalize().toString());
    }
    return absolute;
  }

  static Map<String, String> of(ServiceSpec spec, EngineInfo engine, Map<String, String> parent) {
    Map<String, String> environment = new HashMap<>();
    parent.forEach(
        (name, value) -> {
          if (isKept(name) || (engine.isPractice() && name.startsWith(PRACTICE_PREFIX))) {
            environment.put(name, value);
          }
        });
    environment.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.putIfAbsent("LANG", "C.UTF-8");
    environment.put("PYTHONUNBUFFERED", "1");
    environment.put("NO_COLOR", "1");
    environment.putIfAbsent("VLLM_NO_USAGE_STATS", "1");
    environment.putIfAbsent("DO_NOT_TRACK", "1");
    environment.putIfAbsent("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    if (!(spec.model() instanceof HubModel)) {
      environment.put("HF_HUB_OFFLINE", "1");
    }
    putDevices(environment, spec, engine);
    if (engine.device().equals("cpu")) {
      putCpu(environment, spec);
    }
    return environment;
  }

  private static boolean isKept(String name) {
    boolean injected = name.matches("VLLM_PORT_.*|VLLM_SERVICE_PORT_.*");
    return !injected
        && !DROPPED.contains(name)
        && (KEPT.contains(name) || KEPT_PREFIXES.stream().anyMatch(name::startsWith));
  }

  private static void putDevices(
      Map<String, String> environment, ServiceSpec spec, EngineInfo engine) {
    List<String> devices = spec.options().devices();
    if (!devices.isEmpty()) {
      boolean rocm = engine.device().equals("rocm");
      environment.put(
          rocm ? "HIP_VISIBLE_DEVICES" : "CUDA_VISIBLE_DEVICES", String.join(",", devices));
    }
  }

  private static void putCpu(Map<String, String> environment, ServiceSpec spec) {
    boolean demo = spec.model() instanceof DemoModel;
    environment.put("VLLM_TARGET_DEVICE", "cpu");
    environment.putIfAbsent("VLLM_CPU_KVCACHE_SPACE", demo ? DEMO_CACHE_GIB : CPU_CACHE_GIB);
    if (demo) {
      environment.putIfAbsent("VLLM_CPU_OMP_THREADS_BIND", "nobind");
      environment.putIfAbsent("OMP_NUM_THREADS", "2");
    }
  }
}
