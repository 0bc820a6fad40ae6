package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.domain.config.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses further arguments that Stoker itself sets, in every spelling that argparse takes: whole
 * or abbreviated, with underscores, with {@code =}.
 */
final class VllmArguments {
  private static final Map<String, String> OWNED =
      Map.of(
          "--host", "servers listen on 127.0.0.1",
          "--port", "use --port before the --, VLLM_PORT or the key 'port'",
          "--uds", "servers listen on a port",
          "--api-key", "keys in arguments can be read by everybody; set VLLM_API_KEY",
          "--served-model-name", "the model's reference gives the name",
          "--model", "give the model before the --",
          "--config", "use Stoker's configuration",
          "--hf-token", "tokens in arguments can be read by everybody; set HF_TOKEN");

  private VllmArguments() {}

  static List<Violation> check(List<String> arguments, String origin) {
    List<Violation> violations = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith("--")) {
        ownedBehind(argument)
            .ifPresent(
                owned ->
                    violations.add(
                        new Violation(
                            owned,
                            argument.replaceAll("=.*", "=…"),
                            "is Stoker's to set: " + OWNED.get(owned),
                            origin)));
      }
    }
    return violations;
  }

  private static Optional<String> ownedBehind(String argument) {
    String name = argument.replaceAll("=.*", "").replace('_', '-');
    boolean abbreviation = name.length() > 2;
    return OWNED.keySet().stream()
        .filter(owned -> abbreviation && owned.startsWith(name))
        .sorted()
        .findFirst();
  }
}
