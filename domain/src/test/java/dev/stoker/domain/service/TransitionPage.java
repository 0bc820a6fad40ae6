package dev.stoker.domain.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of every state and every event, as a page for people. */
final class TransitionPage {
  private TransitionPage() {}

  static String render() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Transitions

        What a service does in every state upon every event: one example of each kind, made from the
        code (`MachineTableTest` holds this page against it; `mvn test -pl domain
        -Dtransitions.write=true` writes it anew). Events that change nothing and do nothing are
        listed at the end of each state.
        """);
    page.append("\n# Managed\n");
    Cells.states()
        .forEach((name, state) -> page.append(section(name, state, LifecycleMode.MANAGED)));
    page.append("\n# Not ours: monitored, and external where it is another\n");
    Cells.states().forEach((name, state) -> page.append(notOurs(name, state)));
    return page.toString();
  }

  private static String notOurs(String name, MachineState state) {
    String monitored = section(name, state, LifecycleMode.MONITORED);
    String external = section(name, state, LifecycleMode.EXTERNAL);
    return monitored.equals(external.replace("external", "monitored"))
        ? monitored
        : monitored + external;
  }

  private static String section(String name, MachineState state, LifecycleMode mode) {
    StringBuilder section = new StringBuilder();
    section.append("\n## ").append(name);
    section.append(mode == LifecycleMode.MANAGED ? "" : " (" + mode.printed() + ")");
    section.append("\n\n");
    section.append("| event | then | effects | why |\n|---|---|---|---|\n");
    Map<String, String> idle = new LinkedHashMap<>();
    Cells.events(1)
        .forEach(
            (event, example) -> {
              Transition step = ServiceMachine.step(state, example, Cells.policy(mode), Cells.NOW);
              if (step.next().equals(state) && step.effects().isEmpty()) {
                idle.put(event, step.reason());
                return;
              }
              section.append(
                  String.format(
                      Locale.ROOT,
                      "| %s | %s | %s | %s |%n",
                      event,
                      words(step.next()),
                      effects(step.effects()),
                      step.reason()));
            });
    section.append("\nNothing upon: ").append(String.join(", ", idle.keySet())).append(".\n");
    return section.toString();
  }

  private static String words(MachineState state) {
    String name = state.getClass().getSimpleName();
    return switch (state) {
      case MachineState.Stopped stopped -> name + (stopped.byHand() ? " by hand" : "");
      case MachineState.Failed failed -> name + " " + failed.why().code().code();
      case MachineState.Recovering recovering -> name + ", then " + words(recovering.next());
      case MachineState.Draining draining -> name + ", then " + words(draining.next());
      case MachineState.Stopping stopping -> name + ", then " + words(stopping.next());
      case MachineState.Sweeping sweeping -> name + ", then " + words(sweeping.next());
      case MachineState.Running running ->
          name + (running.failedChecks() == 0 ? "" : ", " + running.failedChecks() + " failed");
      default -> name;
    };
  }

  private static String words(AfterEnd next) {
    return switch (next) {
      case AfterEnd.StayDown down -> down.byHand() ? "down by hand" : "down";
      case AfterEnd.StartAgain _ -> "start again";
      case AfterEnd.Recover _ -> "recover";
      case AfterEnd.GiveUp _ -> "give up";
    };
  }

  private static String effects(List<Effect> effects) {
    return effects.stream().map(TransitionPage::words).collect(Collectors.joining(", "));
  }

  private static String words(Effect effect) {
    return switch (effect) {
      case Effect.Settle settle ->
          "tell who waits: "
              + settle.settlement().getClass().getSimpleName().toLowerCase(Locale.ROOT);
      case Effect.StartTimer timer ->
          "timer "
              + timer.timer().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + " "
              + timer.delay().toMillis()
              + " ms";
      default ->
          effect
              .getClass()
              .getSimpleName()
              .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
              .toLowerCase(Locale.ROOT);
    };
  }
}
