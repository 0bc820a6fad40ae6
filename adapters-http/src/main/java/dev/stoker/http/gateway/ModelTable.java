package dev.stoker.http.gateway;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which service serves which model, as clients name it; asked anew each time, in nanoseconds. */
final class ModelTable {
  private static final String OWNER = "stoker";

  private final ServiceOrchestrator orchestrator;

  ModelTable(ServiceOrchestrator orchestrator) {
    this.orchestrator = orchestrator;
  }

  /**
   * {@return the service that serves it: one whose model is called so before one that only answers
   * to that name; of several one that runs, else the first by name}
   */
  Optional<ServiceStatus> find(String model) {
    ServiceStatus found = null;
    for (ServiceStatus each : orchestrator.statuses()) {
      if (each.answersTo(model) && (found == null || isBetter(each, found, model))) {
        found = each;
      }
    }
    return Optional.ofNullable(found);
  }

  private static boolean isBetter(ServiceStatus one, ServiceStatus other, String model) {
    boolean own = one.servedName().equals(model);
    return own == other.servedName().equals(model) ? !isRunning(other) && isRunning(one) : own;
  }

  /** {@return how that service stands; empty when it is known no more} */
  Optional<ServiceStatus> now(ServiceName service) {
    try {
      return Optional.of(orchestrator.status(service));
    } catch (LifecycleException e) {
      return Optional.empty();
    }
  }

  private static boolean isRunning(ServiceStatus status) {
    return status.upSince() != null;
  }

  /** {@return the answer to {@code GET /v1/models}} */
  String list() {
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("object", "list");
    list.put("data", orchestrator.statuses().stream().flatMap(ModelTable::cards).toList());
    return Json.of(list);
  }

  /** {@return the answer to {@code GET /v1/models/ID}} */
  Optional<String> one(String model) {
    return find(model).map(status -> Json.of(card(model, status)));
  }

  /** One for each name, as vLLM lists them. */
  private static Stream<Map<String, Object>> cards(ServiceStatus status) {
    return names(status).map(name -> card(name, status));
  }

  private static Stream<String> names(ServiceStatus status) {
    return Stream.concat(Stream.of(status.servedName()), status.aliases().stream());
  }

  private static Map<String, Object> card(String name, ServiceStatus status) {
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("id", name);
    card.put("object", "model");
    card.put("created", status.upSince() == null ? 0 : status.upSince().getEpochSecond());
    card.put("owned_by", OWNER);
    card.put("root", status.model());
    card.put("service", status.name().value());
    card.put("state", status.state().printed());
    return card;
  }

  /** {@return the request names none} */
  static OpenAiError missing() {
    return new OpenAiError(
        400,
        "invalid_request_error",
        "model_missing",
        "the body has no field 'model'; GET /v1/models lists what there is",
        "model",
        null);
  }

  /** {@return no service serves it, and which models there are} */
  OpenAiError unknown(String model) {
    List<String> there =
        orchestrator.statuses().stream().flatMap(ModelTable::names).distinct().toList();
    String known = there.isEmpty() ? "no service is configured" : "there are: " + join(there);
    return new OpenAiError(
        404,
        "invalid_request_error",
        "model_not_found",
        "The model '" + shortened(model) + "' does not exist; " + known,
        "model",
        null);
  }

  private static String join(List<String> models) {
    return String.join(", ", models.subList(0, Math.min(models.size(), 20)))
        + (models.size() > 20 ? ", and " + (models.size() - 20) + " more" : "");
  }

  private static String shortened(String text) {
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }
}
