package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.failure.ModelFailure.ModelNotFound;
import dev.stoker.domain.failure.ModelFailure.NotCached;
import dev.stoker.domain.failure.ModelFailure.Unsupported;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.failure.ResourceFailure.GpuUnavailable;
import dev.stoker.domain.failure.ResourceFailure.NetworkFailed;
import dev.stoker.domain.failure.ResourceFailure.NotEnoughMemory;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.failure.ServerFailure.FlagRejected;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.PortHolder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Chooses the failure from a server's last lines. Pure. The texts are those of {@code
 * facts-vllm.md} 4.3 and {@code facts-vllm-cpu.md} 5; the full catalogue of causes has an issue of
 * its own.
 */
final class VllmFailureClassifier {
  private static final int SHOWN_LINES = 15;

  /** What the launch of a ready server is said to be doing. */
  private static final String SERVING = "serving";

  /** Lines of the access log: a client's 401 is no cause of anything. */
  private static final Pattern ACCESS = Pattern.compile("HTTP/1\\.[01]\" \\d{3}");

  private VllmFailureClassifier() {}

  /** What a failure is made of. */
  private record Case(ServiceSpec spec, String line, Evidence evidence) {
    String model() {
      return spec.model().argument();
    }
  }

  /** Makes a failure of a line. */
  @FunctionalInterface
  private interface Maker {
    Failure make(Case found);
  }

  private record Row(Pattern pattern, Maker maker) {
    static Row of(String pattern, Maker maker) {
      return new Row(Pattern.compile(pattern), maker);
    }
  }

  /** In this order: what a more certain row matches is not asked of the next. */
  private static final List<Row> ROWS =
      List.of(
          Row.of(
              "\\[Errno 98\\].*ddress already in use|error while attempting to bind on address",
              found ->
                  new PortInUse(
                      found.spec().options().port(),
                      new PortHolder(0, "another process, which took it while this one loaded"))),
          Row.of(
              "error: (unrecognized arguments|argument .*: (invalid|expected))",
              found -> new FlagRejected(found.line(), found.evidence())),
          Row.of(
              "Failed to infer device type|No CUDA GPUs are available|Found no NVIDIA driver",
              found -> new GpuUnavailable(found.line(), found.evidence())),
          Row.of(
              "You are trying to access a gated repo|Cannot access gated repo|Access to model .* is"
                  + " restricted",
              found -> denied(found, true)),
          Row.of(
              "outgoing traffic has been disabled|Cannot find an appropriate cached snapshot"
                  + "|OfflineModeIsEnabled|offline mode is enabled",
              found -> new NotCached(found.model(), found.evidence())),
          Row.of(
              "RepositoryNotFoundError|404 Client Error|is not a valid model identifier"
                  + "|Invalid repository ID or local directory|Repo id must be in the form",
              VllmFailureClassifier::notFound),
          Row.of("401 Unauthorized|401 Client Error", found -> denied(found, false)),
          Row.of(
              "No available memory for the cache blocks|is less than desired GPU memory utilization"
                  + "|is less than desired CPU memory utilization|CUDA out of memory"
                  + "|GiB KV cache is needed|not enough GPU memory",
              found -> new NotEnoughMemory(found.line(), found.evidence())),
          Row.of("No space left on device", found -> new DiskFull("the model cache", found.line())),
          Row.of(
              "Cannot find any model weights|Weight files referenced in index but missing"
                  + "|SafetensorError|is not a valid JSON file",
              found -> new FilesBroken(found.model(), found.line(), found.evidence())),
          Row.of(
              "Transformers does not recognize|architectures .* are not supported"
                  + "|contains custom code which must be executed|trust_remote_code=True",
              found -> new Unsupported(found.model(), found.line(), found.evidence())),
          Row.of(
              "We couldn't connect to|Max retries exceeded|Name or service not known",
              found -> new NetworkFailed(found.line(), found.evidence())));

  static Failure explain(ServiceSpec spec, String doing, Evidence evidence) {
    List<String> lines =
        evidence.lines().stream().filter(line -> !ACCESS.matcher(line).find()).toList();
    Evidence shown =
        new Evidence(
            lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()),
            evidence.exit(),
            evidence.log());
    boolean killed =
        evidence.exit() instanceof ExitStatus.Signalled signalled && signalled.signal() == 9;
    // The rows tell why a start fails; of a server that served, its log may say all that by the
    // way.
    if (!killed && !doing.equals(SERVING)) {
      for (Row row : ROWS) {
        Optional<String> line =
            lines.stream().filter(each -> row.pattern().matcher(each).find()).findFirst();
        if (line.isPresent()) {
          return row.maker().make(new Case(spec, CauseLine.withoutPrefix(line.get()), shown));
        }
      }
    }
    ExitStatus exit = evidence.exit() == null ? new ExitStatus.Unseen() : evidence.exit();
    return new Died(doing, exit, killed ? "" : CauseLine.of(lines).orElse(""), shown);
  }

  private static Failure denied(Case found, boolean gated) {
    return found.spec().model() instanceof HubModel hub
        ? new AccessDenied(hub.id(), gated, found.evidence())
        : new Unsupported(found.model(), found.line(), found.evidence());
  }

  private static Failure notFound(Case found) {
    return found.spec().model() instanceof HubModel hub
        ? new ModelNotFound(hub.id(), found.evidence())
        : new FilesBroken(found.model(), found.line(), found.evidence());
  }
}
