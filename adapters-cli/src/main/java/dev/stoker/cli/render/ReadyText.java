package dev.stoker.cli.render;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.domain.failure.LifecycleException;
import java.time.Duration;
import java.util.Locale;

/** What is shown when a server is ready: where it is, how to talk to it, and that it answers. */
public final class ReadyText {
  private static final String QUESTION = "Hello";
  private static final int TOKENS = 16;

  private final Terminal terminal;
  private final AskUseCase ask;

  /** A text on a terminal; the answer comes from the model itself. */
  public ReadyText(Terminal terminal, AskUseCase ask) {
    this.terminal = terminal;
    this.ask = ask;
  }

  /** Prints it. */
  public void print(ServiceStatus ready, Duration took) {
    String url = "http://127.0.0.1:" + ready.port() + "/v1";
    String when =
        took.isZero()
            ? "Ready"
            : String.format(Locale.ROOT, "Ready after %.1f s", took.toMillis() / 1000.0);
    terminal.result(terminal.bold(when + ": " + ready.engine() + " " + ready.engineVersion()));
    terminal.result("");
    terminal.result("  endpoint  " + url);
    terminal.result("  model     " + ready.servedName());
    terminal.result("  pid       " + ready.pid());
    terminal.result("  log       " + ready.log());
    terminal.result("");
    terminal.result("  " + curl(url, ready.servedName()));
    terminal.result("");
    answer(ready);
    terminal.result("");
  }

  private static String curl(String url, String model) {
    String key =
        System.getenv("VLLM_API_KEY") == null ? "" : " -H \"Authorization: Bearer $VLLM_API_KEY\"";
    return "curl -s "
        + url
        + "/chat/completions -H 'Content-Type: application/json'"
        + key
        + " -d '{\"model\": \""
        + model
        + "\", \"messages\": [{\"role\": \"user\", \"content\": \""
        + QUESTION
        + "\"}], \"max_tokens\": 32}'";
  }

  private void answer(ServiceStatus ready) {
    try {
      String text = ask.ask(ready.name(), QUESTION, TOKENS).replace('\n', ' ');
      terminal.result("  asked     " + QUESTION);
      terminal.result("  answered  " + text);
    } catch (LifecycleException e) {
      // A model that only embeds answers no chat: it is ready all the same.
      terminal.result("  (no sample answer: " + e.failure().what() + ")");
    }
  }
}
