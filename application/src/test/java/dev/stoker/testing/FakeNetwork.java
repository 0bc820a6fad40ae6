package dev.stoker.testing;

import dev.stoker.application.Question;
import dev.stoker.application.port.out.EngineMetrics;
import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.application.port.out.InferenceClient;
import dev.stoker.application.port.out.PortTable;
import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.health.HealthCheckResult.TimedOut;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ports: those of strangers, and those of fake servers that listen. */
public final class FakeNetwork implements PortTable, HealthProbe, EngineMetrics, InferenceClient {
  private final FakeMachine machine;
  private final Map<Port, PortHolder> strangers = new HashMap<>();
  private final VirtualTime time;
  private boolean wrongModel;
  private boolean late;
  private boolean paused;
  private int asked;
  private String refusal = "";
  private volatile boolean deaf;
  private volatile boolean held;
  private final Map<Endpoint, Queue<CompletableFuture<Void>>> questionsHeld =
      new ConcurrentHashMap<>();
  private volatile int questions;

  FakeNetwork(FakeMachine machine, VirtualTime time) {
    this.machine = machine;
    this.time = time;
  }

  /** A stranger takes a port. */
  public void occupy(Port port, PortHolder holder) {
    strangers.put(port, holder);
  }

  /** The stranger lets go of it. */
  public void leave(Port port) {
    strangers.remove(port);
  }

  /** Whether servers list another model than was asked for. */
  public void setWrongModel(boolean now) {
    wrongModel = now;
  }

  /** Whether health checks are answered too late. */
  public void setLate(boolean now) {
    late = now;
  }

  private Optional<FakeServer> listener(Port port) {
    return machine.servers().stream()
        .filter(server -> server.isListening() && server.lease().port().equals(port))
        .findFirst();
  }

  @Override
  public Optional<PortHolder> holder(Port port) {
    Optional<PortHolder> stranger = Optional.ofNullable(strangers.get(port));
    return stranger.or(
        () -> listener(port).map(server -> new PortHolder(server.process().pid(), "python")));
  }

  @Override
  public boolean listensAmong(Port port, Collection<ProcessIdentity> processes) {
    return !strangers.containsKey(port)
        && listener(port).map(server -> processes.contains(server.process())).orElse(false);
  }

  @Override
  public boolean accepts(Port port) {
    return strangers.containsKey(port) || listener(port).isPresent();
  }

  @Override
  public HealthCheckResult check(Port port, String servedName) {
    if (late) {
      return new TimedOut(LIMIT);
    }
    if (wrongModel) {
      return new HealthCheckResult.WrongModel(servedName, "another");
    }
    return listener(port)
        .<HealthCheckResult>map(
            server ->
                server.isHealthy()
                    ? new HealthCheckResult.Healthy(Duration.ofMillis(1))
                    : new HealthCheckResult.BadStatus("/health", 503))
        .orElseGet(HealthCheckResult.Refused::new);
  }

  @Override
  public CompletableFuture<HealthCheckResult> answersOne(
      Port port, String servedName, Duration patience) {
    asked++;
    Optional<FakeServer> server = listener(port);
    if (server.isEmpty() || !server.get().isHanging()) {
      server.ifPresent(FakeServer::answer);
      return CompletableFuture.completedFuture(check(port, servedName));
    }
    CompletableFuture<HealthCheckResult> answer = new CompletableFuture<>();
    time.schedule("unanswered", patience, () -> answer.complete(new TimedOut(patience)));
    return answer;
  }

  /** {@return how many requests for one token were sent} */
  public int asked() {
    return asked;
  }

  private <T> Outcome<T> answer(Endpoint endpoint, Supplier<T> value) {
    questions++;
    if (!refusal.isEmpty()) {
      return new Outcome.Declined<>(400, refusal);
    }
    if (held) {
      CompletableFuture<Void> hold = new CompletableFuture<>();
      held(endpoint).add(hold);
      hold.join();
      return new Outcome.Unanswered<>("canceled", false);
    }
    return !deaf && listener(endpoint.port()).filter(FakeServer::isHealthy).isPresent()
        ? new Outcome.Answered<>(value.get())
        : new Outcome.Unanswered<>("connection refused", false);
  }

  /** Whether servers answer no question, though they are healthy. */
  public void setDeaf(boolean now) {
    deaf = now;
  }

  /** Whether servers think about each question until it is cut. */
  public void setHolding(boolean now) {
    held = now;
  }

  private Queue<CompletableFuture<Void>> held(Endpoint endpoint) {
    return questionsHeld.computeIfAbsent(endpoint, _ -> new ConcurrentLinkedQueue<>());
  }

  @Override
  public void cut(Endpoint endpoint) {
    held(endpoint).forEach(each -> each.complete(null));
  }

  /** {@return how many questions were asked} */
  public int questions() {
    return questions;
  }

  /** What servers refuse every request with; empty for nothing. */
  public void setRefusal(String message) {
    refusal = message;
  }

  @Override
  public Outcome<String> chat(Endpoint endpoint, Question question) {
    return answer(
        endpoint, () -> endpoint.servedName() + " heard: " + question.lines().getLast().content());
  }

  @Override
  public Outcome<Integer> chat(Endpoint endpoint, Question question, Consumer<String> words) {
    return answer(
        endpoint,
        () -> {
          List<String> parts =
              List.of(endpoint.servedName(), " heard: ", question.lines().getLast().content());
          parts.forEach(words);
          return parts.size();
        });
  }

  @Override
  public Outcome<String> complete(Endpoint endpoint, String prompt, int maxTokens) {
    return answer(endpoint, () -> prompt + " and so on");
  }

  @Override
  public Outcome<List<List<Double>>> embed(Endpoint endpoint, List<String> texts) {
    return answer(
        endpoint, () -> texts.stream().map(text -> List.of((double) text.length())).toList());
  }

  @Override
  public Outcome<List<String>> models(Endpoint endpoint) {
    return answer(endpoint, () -> List.of(endpoint.servedName()));
  }

  @Override
  public boolean isPaused(Port port) {
    return paused;
  }

  /** Whether engines say that they were put to sleep. */
  public void setPaused(boolean now) {
    paused = now;
  }

  @Override
  public @Nullable EngineSample sample(Port port) {
    return listener(port).map(FakeServer::sample).orElse(null);
  }
}
