package dev.stoker.http.message;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.ServiceStatus.LastCheck;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A service's status (AC-032 to AC-035): {@code docs/api.md} has the members. */
public final class StatusMessage {
  private StatusMessage() {}

  /** {@return the status as JSON's maps and values} */
  public static Map<String, Object> of(ServiceStatus status) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", status.name().value());
    map.put("state", status.state().printed());
    map.put("model", status.model());
    map.put("served_model", status.servedName());
    map.put("aliases", status.aliases());
    map.put("port", status.port().number());
    map.put("endpoint", "http://127.0.0.1:" + status.port() + "/v1");
    map.put("engine", status.engine());
    map.put("engine_version", status.engineVersion());
    map.put("pid", status.pid());
    LoadPhase phase = status.phase();
    map.put("phase", phase == null ? null : phase.key());
    map.putAll(ProgressMessage.of(status.progress()));
    map.put("up_since", text(status.upSince()));
    map.put("last_check", check(status.lastCheck()));
    map.put("load", LoadMessage.of(status.load()));
    map.put("doubt", status.doubt());
    Failure failure = status.lastFailure();
    map.put("last_failure", failure == null ? null : ProblemDetails.of(failure));
    map.put("gpus", GpuMessage.ofAll(status.gpus()));
    map.put("log", status.log());
    return nonNullKeys(map);
  }

  /** {@return several, by the member {@code services}} */
  public static Map<String, Object> ofAll(List<ServiceStatus> statuses) {
    return Map.of("services", statuses.stream().map(StatusMessage::of).toList());
  }

  /** The values may be null; the type of a map that JSON is made of cannot say so everywhere. */
  @SuppressWarnings({"unchecked", "NullAway"})
  private static Map<String, Object> nonNullKeys(Map<String, @Nullable Object> map) {
    return (Map<String, Object>) (Map<?, ?>) map;
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static @Nullable Map<String, Object> check(@Nullable LastCheck check) {
    if (check == null) {
      return null;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("at", check.at().toString());
    map.putAll(CheckMessage.of(check.result()));
    return map;
  }

  /**
   * {@return what a status message says}
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ServiceStatus read(Fields fields) {
    String phase = fields.text("phase");
    Fields check = fields.object("last_check");
    Fields failure = fields.object("last_failure");
    String state = fields.requiredText("state");
    return new ServiceStatus(
        new ServiceName(fields.requiredText("name")),
        ServiceState.parse(state)
            .orElseThrow(() -> new IllegalArgumentException("unknown state " + state)),
        fields.requiredText("model"),
        fields.requiredText("served_model"),
        fields.texts("aliases"),
        new Port(Math.toIntExact(Objects.requireNonNull(fields.whole("port")))),
        fields.requiredText("engine"),
        fields.requiredText("engine_version"),
        fields.whole("pid"),
        phase == null ? null : LoadPhase.valueOf(phase.toUpperCase(Locale.ROOT)),
        ProgressMessage.read(fields),
        fields.time("up_since"),
        check == null
            ? null
            : new LastCheck(Objects.requireNonNull(check.time("at")), CheckMessage.read(check)),
        LoadMessage.read(fields.object("load")),
        fields.requiredText("doubt"),
        failure == null ? null : ProblemDetails.read(failure),
        GpuMessage.readAll(fields.objects("gpus")),
        fields.text("log"));
  }
}
