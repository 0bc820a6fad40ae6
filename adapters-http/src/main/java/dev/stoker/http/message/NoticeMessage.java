package dev.stoker.http.message;

import dev.stoker.application.ServiceNotice;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Something that happened to a service: an event of the stream. */
public final class NoticeMessage {
  private NoticeMessage() {}

  /** {@return the name of the event} */
  public static String event(ServiceNotice notice) {
    return switch (notice) {
      case ServiceNotice.Changed _ -> "changed";
      case ServiceNotice.Loading _ -> "loading";
      case ServiceNotice.Loaded _ -> "loaded";
      case ServiceNotice.Degraded _ -> "degraded";
      case ServiceNotice.Remarked _ -> "remarked";
    };
  }

  /** {@return its members} */
  public static Map<String, @Nullable Object> of(ServiceNotice notice) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("service", notice.service().value());
    switch (notice) {
      case ServiceNotice.Changed changed -> {
        map.put("at", changed.at().toString());
        map.put("from", changed.from().printed());
        map.put("to", changed.to().printed());
        map.put("reason", changed.reason());
      }
      case ServiceNotice.Loading loading -> {
        map.put("phase", loading.phase().key());
        map.put("label", loading.phase().label());
        map.put("detail", loading.detail());
        map.put("elapsed_ms", loading.elapsed().toMillis());
        map.put("model", loading.progress().model());
        map.putAll(ProgressMessage.of(loading.progress()));
      }
      case ServiceNotice.Loaded loaded -> {
        map.put("at", loaded.at().toString());
        map.put("load", LoadMessage.of(loaded.load()));
      }
      case ServiceNotice.Degraded degraded -> {
        map.put("at", degraded.at().toString());
        map.put("evidence", degraded.evidence());
      }
      case ServiceNotice.Remarked remarked -> {
        map.put("at", remarked.at().toString());
        map.put("text", remarked.text());
      }
    }
    return map;
  }

  /**
   * {@return what an event says}
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ServiceNotice read(String event, Fields fields) {
    return switch (event) {
      case "loading" -> readLoading(fields);
      case "loaded" ->
          new ServiceNotice.Loaded(
              service(fields),
              fields.requiredTime("at"),
              Objects.requireNonNull(LoadMessage.read(fields.object("load"))));
      case "degraded" ->
          new ServiceNotice.Degraded(
              service(fields), fields.requiredTime("at"), fields.requiredText("evidence"));
      case "remarked" ->
          new ServiceNotice.Remarked(
              service(fields), fields.requiredTime("at"), fields.requiredText("text"));
      default -> readChanged(fields);
    };
  }

  private static ServiceName service(Fields fields) {
    return new ServiceName(fields.requiredText("service"));
  }

  private static ServiceNotice.Loading readLoading(Fields fields) {
    return new ServiceNotice.Loading(
        service(fields),
        LoadPhase.valueOf(fields.requiredText("phase").toUpperCase(Locale.ROOT)),
        fields.requiredText("detail"),
        Duration.ofMillis(fields.requiredWhole("elapsed_ms")),
        Objects.requireNonNull(ProgressMessage.read(fields)));
  }

  private static ServiceNotice.Changed readChanged(Fields fields) {
    return new ServiceNotice.Changed(
        new ServiceName(fields.requiredText("service")),
        fields.requiredTime("at"),
        state(fields, "from"),
        state(fields, "to"),
        fields.requiredText("reason"));
  }

  private static ServiceState state(Fields fields, String name) {
    return ServiceState.parse(fields.requiredText(name))
        .orElseThrow(() -> new IllegalArgumentException("member '" + name + "' is no state"));
  }
}
