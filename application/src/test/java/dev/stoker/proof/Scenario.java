package dev.stoker.proof;

import dev.stoker.testing.FakeServer.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What happens in a {@link Simulation}, as a seed says it. */
final class Scenario {
  private Scenario() {}

  /** One thing that happens, with the chance that decides its details. */
  record Action(String kind, long chance) {}

  /** {@return what a seed says} */
  static List<Action> actions(long seed, int many) {
    SplittableRandom random = new SplittableRandom(seed);
    // Each seed has its own taste: some never kill Stoker, others do little else.
    Map<String, Integer> weights = new LinkedHashMap<>();
    int all = 0;
    for (String kind : KINDS) {
      int weight = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(10);
      weights.put(kind, weight);
      all += weight;
    }
    weights.merge("time", 20, Integer::sum);
    all += 20;
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      int at = random.nextInt(all);
      for (Map.Entry<String, Integer> each : weights.entrySet()) {
        at -= each.getValue();
        if (at < 0) {
          actions.add(new Action(each.getKey(), random.nextLong()));
          break;
        }
      }
    }
    return actions;
  }

  private static final List<String> KINDS =
      List.of(
          "time",
          "start",
          "stop",
          "restart",
          "ensure",
          "cancel",
          "death",
          "engine-death",
          "hang",
          "behave",
          "kill",
          "kill-at-touch",
          "disk",
          "clock",
          "sleep",
          "stranger",
          "mode",
          "launchable",
          "pointless",
          "gpu");

  /** {@return the same, ready soon} */
  static Behaviour quick(Behaviour behaviour) {
    return behaviour.loads() == null ? behaviour : behaviour.loading(Duration.ofSeconds(2));
  }

  /** {@return what a server may do, and not often does} */
  static Behaviour behaviour(SplittableRandom random) {
    Behaviour normal = quick(Behaviour.normal());
    return switch (random.nextInt(9)) {
      case 0 -> normal.dying(Duration.ofSeconds(1 + random.nextInt(60)));
      case 1 -> normal.deaf();
      case 2 -> normal.orphaning();
      case 3 -> normal.unkillable();
      case 4 -> normal.neverListening();
      case 5 -> normal.dead();
      case 6 -> normal.dying(Duration.ofMillis(500)).orphaning();
      default -> normal;
    };
  }
}
