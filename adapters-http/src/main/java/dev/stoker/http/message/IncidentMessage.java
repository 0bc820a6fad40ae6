package dev.stoker.http.message;

import dev.stoker.application.Incident;
import dev.stoker.domain.service.ServiceName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An incident; also what {@code incidents --json} prints. */
public final class IncidentMessage {
  private IncidentMessage() {}

  /** {@return the incidents as one object} */
  public static Map<String, Object> ofAll(List<Incident> incidents) {
    return Map.of("incidents", incidents.stream().map(IncidentMessage::of).toList());
  }

  /** {@return its members} */
  public static Map<String, Object> of(Incident incident) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", incident.id());
    map.put("service", incident.service().value());
    map.put("launch", incident.launch());
    map.put("at", incident.at().toString());
    map.put("doing", incident.doing());
    map.put("exit", incident.exit());
    map.put("problem", ProblemDetails.of(incident.failure()));
    map.put("decision", incident.decision());
    return map;
  }

  /**
   * {@return the incidents that the object holds}
   *
   * @throws IllegalArgumentException when it holds anything else
   */
  public static List<Incident> readAll(Fields fields) {
    return fields.objects("incidents").stream().map(IncidentMessage::read).toList();
  }

  private static Incident read(Fields fields) {
    return new Incident(
        new ServiceName(fields.requiredText("service")),
        fields.requiredWhole("launch"),
        fields.requiredTime("at"),
        fields.requiredText("doing"),
        fields.requiredText("exit"),
        ProblemDetails.read(Objects.requireNonNull(fields.object("problem"))),
        fields.requiredText("decision"));
  }
}
