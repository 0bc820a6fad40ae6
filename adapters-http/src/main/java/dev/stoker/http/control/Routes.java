package dev.stoker.http.control;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.AnswerMessage;
import dev.stoker.http.message.AppliedMessage;
import dev.stoker.http.message.AskMessage;
import dev.stoker.http.message.Fields;
import dev.stoker.http.message.GpuMessage;
import dev.stoker.http.message.HistoryMessage;
import dev.stoker.http.message.IncidentMessage;
import dev.stoker.http.message.SpecMessage;
import dev.stoker.http.message.StatusMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The operations of the API; {@code openapi.json} beside this class describes each, and a test
 * holds the two against each other. The stream of events is {@link EventStream}'s.
 */
final class Routes {
  /** The path of the stream, which is no call with one answer. */
  static final String EVENTS = "/v1/events";

  private static final int USUAL_ENTRIES = 100;

  private final RunningServices services;
  private final String version;
  private final Idempotency idempotency = new Idempotency(System::nanoTime);

  Routes(RunningServices services, String version) {
    this.services = services;
    this.version = version;
  }

  List<Route> all() {
    return List.of(
        Route.of("GET", "/openapi.json", _ -> Answer.document(document())),
        Route.of("GET", "/v1/version", _ -> Answer.ok(version())),
        Route.of(
            "GET", "/v1/services", _ -> Answer.ok(StatusMessage.ofAll(orchestrator().statuses()))),
        Route.of("GET", "/v1/services/{name}", call -> one(call.service())),
        new Route("PUT", "/v1/services/{name}", this::define),
        new Route(
            "DELETE",
            "/v1/services/{name}",
            once("remove", call -> act(call, orchestrator()::remove))),
        new Route(
            "POST",
            "/v1/services/{name}/start",
            once("start", call -> act(call, orchestrator()::start))),
        new Route("POST", "/v1/services/{name}/ensure", once("ensure", this::ensure)),
        new Route(
            "POST",
            "/v1/services/{name}/stop",
            once("stop", call -> act(call, orchestrator()::stop))),
        new Route(
            "POST",
            "/v1/services/{name}/restart",
            once("restart", call -> act(call, orchestrator()::restart))),
        new Route("POST", "/v1/services/{name}/switch", once("switch", this::switchModel)),
        Route.of("POST", "/v1/services/{name}/ask", this::ask),
        Route.of("GET", "/v1/gpus", _ -> gpus()),
        Route.of("GET", "/v1/history", this::history),
        Route.of("GET", "/v1/incidents", this::incidents),
        Route.of("GET", "/v1/incidents/{id}", this::incident),
        Route.of(
            "POST", "/v1/reload", _ -> Answer.ok(AppliedMessage.of(services.reload().reload()))));
  }

  private Route.Handler once(String operation, Route.Handler handler) {
    return call -> idempotency.once(call.key(), call.what(operation), () -> handler.answer(call));
  }

  private ServiceOrchestrator orchestrator() {
    return services.orchestrator();
  }

  private Map<String, Object> version() {
    return Map.of("version", version, "pid", ProcessHandle.current().pid());
  }

  private Answer one(ServiceName name) {
    return Answer.ok(StatusMessage.of(orchestrator().status(name)));
  }

  private CompletionStage<Answer> define(Call call) {
    ServiceName name = call.service();
    return orchestrator()
        .define(call.read(fields -> SpecMessage.read(name, fields)))
        .thenApply(status -> Answer.ok(StatusMessage.of(status)));
  }

  /** Who does not wait is told how it stood; what was begun goes on without the caller. */
  private CompletionStage<Answer> act(
      Call call, Function<ServiceName, CompletableFuture<ServiceStatus>> action) {
    ServiceName name = call.service();
    boolean waits = call.waits();
    ServiceStatus before = waits ? null : orchestrator().status(name);
    CompletableFuture<ServiceStatus> end = action.apply(name);
    return before == null || end.isDone()
        ? end.thenApply(status -> Answer.ok(StatusMessage.of(status)))
        : CompletableFuture.completedFuture(Answer.accepted(StatusMessage.of(before)));
  }

  /** With a model in the body it is that one that is to be served. */
  private CompletionStage<Answer> ensure(Call call) {
    Optional<ModelReference> model =
        call.body().isBlank() ? Optional.empty() : call.read(Routes::model);
    return model.isPresent()
        ? act(call, name -> orchestrator().ensureHealthy(name, model.get()))
        : act(call, orchestrator()::ensureHealthy);
  }

  private CompletionStage<Answer> switchModel(Call call) {
    ModelReference model =
        call.read(
            fields ->
                model(fields)
                    .orElseThrow(() -> new IllegalArgumentException("member 'model' is missing")));
    return act(call, name -> orchestrator().switchModel(name, model));
  }

  private static Optional<ModelReference> model(Fields fields) {
    fields.onlyThese(Set.of("model"));
    return fields.object("model") == null
        ? Optional.empty()
        : Optional.of(SpecMessage.readModel(fields));
  }

  private Answer gpus() {
    return Answer.ok(GpuMessage.of(services.gpus().now(), services.gpus().lastHour()));
  }

  private Answer history(Call call) {
    int most = call.number("limit", USUAL_ENTRIES, ServiceHistory.MOST);
    return Answer.ok(
        HistoryMessage.ofAll(services.history().history(call.namedService(), call.since(), most)));
  }

  private Answer incidents(Call call) {
    int most = call.number("limit", USUAL_ENTRIES, ServiceHistory.MOST);
    return Answer.ok(
        IncidentMessage.ofAll(services.history().incidents(call.namedService(), most)));
  }

  /** The id says whose it is: it begins with the service's name. */
  private Answer incident(Call call) {
    String id = call.values().getOrDefault("id", "");
    String name = id.substring(0, Math.max(0, id.lastIndexOf('-')));
    return Optional.of(name).filter(ServiceName::isValid).map(ServiceName::new).stream()
        .flatMap(each -> services.history().incidents(each, ServiceHistory.MOST).stream())
        .filter(each -> each.id().equals(id))
        .findAny()
        .map(each -> Answer.ok(IncidentMessage.of(each)))
        .orElseThrow(() -> Call.notThere("there is no incident '" + id + "'"));
  }

  private Answer ask(Call call) {
    ServiceName name = call.service();
    AskMessage asked = call.read(AskMessage::read);
    AskUseCase ask = services.ask();
    return asked.stream()
        ? new Answer.Parts(
            words ->
                ask.ask(
                    name,
                    asked.question(),
                    asked.maxTokens(),
                    text -> words.part(AnswerMessage.part(text))))
        : Answer.ok(AnswerMessage.of(ask.ask(name, asked.question(), asked.maxTokens())));
  }

  /** {@return the OpenAPI document} */
  static String document() {
    try (InputStream file = Routes.class.getResourceAsStream("openapi.json")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return what failed, without what futures wrap it in} */
  static Throwable cause(Throwable problem) {
    Throwable cause = problem;
    while (!(cause instanceof LifecycleException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
