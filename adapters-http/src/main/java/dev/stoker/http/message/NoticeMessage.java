package dev.stoker.http.message;

import dev.stoker.application.ServiceNotice;
import dev.stoker.domain.model.LoadPhase;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Something that happened to a service: an event of the stream. */
public final class NoticeMessage {
  private NoticeMessage() {}

  /** {@return the name of the event} */
  public static String event(ServiceNotice notice) {
    return switch (notice) {
      case ServiceNotice.Changed _ -> "changed";
      case ServiceNotice.Loading _ -> "loading";
    };
  }

  /** {@return its members} */
  public static Map<String, Object> of(ServiceNotice notice) {
    Map<String, Object> map = new LinkedHashMap<>();
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
    ServiceName service = new ServiceName(fields.requiredText("service"));
    if (event.equals("loading")) {
      return new ServiceNotice.Loading(
          service,
          LoadPhase.valueOf(fields.requiredText("phase").toUpperCase(Locale.ROOT)),
          fields.requiredText("detail"),
          Duration.ofMillis(fields.requiredWhole("elapsed_ms")));
    }
    return readChanged(fields);
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
