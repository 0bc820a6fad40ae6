package dev.stoker.cli.command;

import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The services that a command is given. */
final class Names {
  private Names() {}

  static void addTo(CommandSpec spec) {
    add(spec, false, "Services; all of them when none is named.");
  }

  static void requireIn(CommandSpec spec) {
    add(spec, true, "Services.");
  }

  private static void add(CommandSpec spec, boolean required, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity(required ? "1..*" : "0..*")
            .required(required)
            .paramLabel("NAME")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(description)
            .build());
  }

  static List<ServiceName> of(ParseResult parsed) {
    return of(parsed.matchedPositionalValue(0, List.of()));
  }

  /** {@return the services of these names, each once} */
  static List<ServiceName> of(List<String> texts) {
    List<Violation> violations =
        texts.stream()
            .filter(text -> !ServiceName.isValid(text))
            .map(text -> new Violation("NAME", text, "must be " + ServiceName.ALLOWED, "argument"))
            .toList();
    if (!violations.isEmpty()) {
      throw new LifecycleException(new InvalidConfiguration(violations));
    }
    return texts.stream().map(ServiceName::new).distinct().toList();
  }
}
