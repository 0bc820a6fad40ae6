package dev.stoker.application.service;

import dev.stoker.application.Question;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ModelProvider;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.in.Traffic;
import dev.stoker.application.port.out.InferenceClient;
import dev.stoker.application.port.out.InferenceClient.Endpoint;
import dev.stoker.application.port.out.InferenceClient.Outcome;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.domain.failure.ControlFailure.RequestDeclined;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.NotServing;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** The model of a service, asked again when its server died before it answered. */
final class SupervisedModel implements ModelProvider {
  private static final int MOST_REPEATS = 3;

  /** As long as the end of a server may go unnoticed; until then it counts as ready. */
  private static final Duration UNNOTICED = Duration.ofMillis(1500);

  /** A dying server answers for 5 s more, and its end is seen a second later. */
  private static final Duration DYING = Duration.ofSeconds(10);

  private final ServiceName name;
  private final ServiceOrchestrator orchestrator;
  private final InferenceClient client;
  private final Traffic traffic;
  private final Scheduler scheduler;
  private volatile ServiceStatus last;

  SupervisedModel(
      ServiceStatus serving,
      ServiceOrchestrator orchestrator,
      InferenceClient client,
      Traffic traffic,
      Scheduler scheduler) {
    this.name = serving.name();
    this.last = serving;
    this.orchestrator = orchestrator;
    this.client = client;
    this.traffic = traffic;
    this.scheduler = scheduler;
  }

  @Override
  public String model() {
    return last.servedName();
  }

  @Override
  public String chat(Question question) {
    return ask(endpoint -> client.chat(endpoint, question));
  }

  @Override
  public void chat(Question question, Consumer<String> words) {
    ask(endpoint -> client.chat(endpoint, question, words));
  }

  @Override
  public String complete(String prompt, int maxTokens) {
    return ask(endpoint -> client.complete(endpoint, prompt, maxTokens));
  }

  @Override
  public List<List<Double>> embed(List<String> texts) {
    return ask(endpoint -> client.embed(endpoint, texts));
  }

  @Override
  public List<String> models() {
    return ask(client::models);
  }

  private <T> T ask(Function<Endpoint, Outcome<T>> question) {
    String why = "";
    for (int asked = 0; asked <= MOST_REPEATS; asked++) {
      switch (askOnce(question)) {
        case Outcome.Answered<T> answered -> {
          return answered.value();
        }
        case Outcome.Declined<T> declined ->
            throw new LifecycleException(
                new RequestDeclined(last.servedName(), declined.status(), declined.message()));
        case Outcome.Broken<T> broken -> throw unanswered(last, broken.why());
        case Outcome.Unanswered<T> unanswered -> {
          why = unanswered.why();
          awaitEnd(last, unanswered.dying() ? DYING : UNNOTICED);
        }
      }
    }
    throw unanswered(last, why + " (asked " + (MOST_REPEATS + 1) + " times)");
  }

  private <T> Outcome<T> askOnce(Function<Endpoint, Outcome<T>> question) {
    while (true) {
      ServiceStatus to = ProviderService.serving(orchestrator, name);
      last = to;
      Endpoint endpoint = new Endpoint(to.port(), to.servedName());
      Traffic.Ticket ticket = traffic.begin(name, () -> client.cut(endpoint));
      try {
        // Counted in first, then looked: a server that is to end waits for it, or it is seen to
        // end.
        if (serves(to)) {
          return question.apply(endpoint);
        }
      } finally {
        ticket.end();
      }
    }
  }

  /** {@return whether that launch of it still serves, as far as is known} */
  private boolean serves(ServiceStatus launch) {
    ServiceStatus now = orchestrator.status(name);
    return now.state() == ServiceState.RUNNING && Objects.equals(now.pid(), launch.pid());
  }

  private static LifecycleException unanswered(ServiceStatus to, String why) {
    return new LifecycleException(
        new NotServing(
            "the model '" + to.servedName() + "' did not answer: " + why,
            new Evidence(List.of(), null, to.log())));
  }

  /** Until that server is known to have ended, for as long as that may take. */
  private void awaitEnd(ServiceStatus before, Duration limit) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Consumer<ServiceNotice> listener =
        notice -> {
          if (notice instanceof ServiceNotice.Changed && notice.service().equals(name)) {
            ended.complete(null);
          }
        };
    try (var _ = orchestrator.listen(listener)) {
      if (serves(before)) {
        scheduler.schedule("unnoticed-" + name, limit, () -> ended.complete(null));
        ended.join();
      }
    }
  }
}
