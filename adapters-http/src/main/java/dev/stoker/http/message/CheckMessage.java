package dev.stoker.http.message;

import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.health.HealthCheckResult.BadStatus;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.health.HealthCheckResult.ProbeBroken;
import dev.stoker.domain.health.HealthCheckResult.Refused;
import dev.stoker.domain.health.HealthCheckResult.TimedOut;
import dev.stoker.domain.health.HealthCheckResult.WrongModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a health check found. */
final class CheckMessage {
  private CheckMessage() {}

  static Map<String, Object> of(HealthCheckResult result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("healthy", result instanceof Healthy);
    map.put("result", result.describe());
    map.put("kind", result.getClass().getSimpleName());
    switch (result) {
      case Healthy healthy -> map.put("took_ms", healthy.took().toMillis());
      case HealthCheckResult.Busy busy -> map.put("took_ms", busy.after().toMillis());
      case TimedOut timedOut -> map.put("took_ms", timedOut.after().toMillis());
      case BadStatus bad -> {
        map.put("path", bad.path());
        map.put("status", bad.status());
      }
      case WrongModel wrong -> {
        map.put("expected", wrong.expected());
        map.put("served", wrong.served());
      }
      case ProbeBroken broken -> map.put("why", broken.why());
      case Refused _, HealthCheckResult.NotOurs _ -> {}
    }
    return map;
  }

  static HealthCheckResult read(Fields fields) {
    String kind = fields.requiredText("kind");
    return switch (kind) {
      case "Healthy" -> new Healthy(Duration.ofMillis(number(fields, "took_ms")));
      case "TimedOut" -> new TimedOut(Duration.ofMillis(number(fields, "took_ms")));
      case "BadStatus" ->
          new BadStatus(fields.requiredText("path"), Math.toIntExact(number(fields, "status")));
      case "WrongModel" ->
          new WrongModel(fields.requiredText("expected"), fields.requiredText("served"));
      case "ProbeBroken" -> new ProbeBroken(fields.requiredText("why"));
      case "Refused" -> new Refused();
      case "Busy" -> new HealthCheckResult.Busy(Duration.ofMillis(number(fields, "took_ms")));
      case "NotOurs" -> new HealthCheckResult.NotOurs();
      default -> throw new IllegalArgumentException("unknown kind of check " + kind);
    };
  }

  private static long number(Fields fields, String name) {
    Long number = fields.whole(name);
    if (number == null) {
      throw new IllegalArgumentException("member '" + name + "' is missing");
    }
    return number;
  }
}
