package dev.stoker.application.service;

import dev.stoker.application.Difference;
import dev.stoker.application.EngineInfo;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.text.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a start was made with, as it may be kept: arguments, environment, engine, driver. Of secrets
 * only that they were set.
 */
final class Circumstances {
  /** They differ at each launch. */
  private static final List<String> OF_EACH_LAUNCH = List.of("STOKER_LEASE", "TMPDIR");

  private Circumstances() {}

  static Map<String, String> of(LaunchPlan plan, EngineInfo engine, String driver) {
    Map<String, String> all = new TreeMap<>();
    Redaction redaction = Redaction.of(plan.environment());
    all.put("engine", engine.describe());
    all.put("engine's python", engine.python().toString());
    if (!driver.isEmpty()) {
      all.put("driver", driver);
    }
    List<String> command = plan.command();
    int nth = 0;
    for (int i = 1; i < command.size(); i++) {
      String word = command.get(i);
      int equals = word.indexOf('=');
      if (word.startsWith("--") && equals > 0) {
        String flag = word.substring(0, equals);
        String value = redaction.redact(flag, word.substring(equals + 1));
        all.merge("argument " + flag, value, (a, b) -> a + " " + b);
      } else if (word.startsWith("--")) {
        boolean hasValue = i + 1 < command.size() && !command.get(i + 1).startsWith("--");
        String value = hasValue ? command.get(++i) : "(given)";
        all.merge("argument " + word, redaction.redact(word, value), (a, b) -> a + " " + b);
      } else {
        all.put("argument " + ++nth, redaction.redact(word));
      }
    }
    plan.environment()
        .forEach(
            (name, value) -> {
              if (!OF_EACH_LAUNCH.contains(name)) {
                all.put("environment " + name, redaction.redact(name, value));
              }
            });
    return all;
  }

  static List<Difference> between(Map<String, String> before, Map<String, String> now) {
    List<Difference> differences = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      String was = before.getOrDefault(name, "");
      String is = now.getOrDefault(name, "");
      if (!was.equals(is)) {
        differences.add(new Difference(name, was, is));
      }
    }
    return differences;
  }
}
