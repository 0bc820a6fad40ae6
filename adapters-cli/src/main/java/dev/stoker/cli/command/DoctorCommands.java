package dev.stoker.cli.command;

import dev.stoker.application.Checkup;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationQuery.Request;
import dev.stoker.application.port.in.Doctor.Comparison;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.CheckupText;
import dev.stoker.cli.render.FailureText;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.http.message.CheckupMessage;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.ProblemDetails;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker doctor} and {@code stoker explain}: what is wrong, and what to do; no daemon. */
final class DoctorCommands {
  private static final String SERVICE = "--service";
  private static final String CONFIG = "--config";
  private static final String STANDARD_INPUT = "-";

  private DoctorCommands() {}

  static CommandLine doctor(Session session) {
    CommandLine command =
        Command.of(
            "doctor",
            "Looks at everything a server needs: engines, GPU, memory, disk, limits, ports, cache.",
            parsed -> examine(session, parsed));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(SERVICE)
                .paramLabel("NAME")
                .type(String.class)
                .description("Compare with the last good start of this service instead.")
                .build())
        .addOption(
            OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(String.class)
                .description("Configuration file; .agent/config.yml when left out.")
                .build());
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }

  static CommandLine explain(Session session) {
    CommandLine command =
        Command.of(
            "explain",
            "Says in plain words what is wrong by the output of a vLLM, also of one that Stoker"
                + " never ran.",
            parsed -> explain(session, parsed));
    command
        .getCommandSpec()
        .addPositional(
            PositionalParamSpec.builder()
                .index("0")
                .arity("1")
                .required(true)
                .paramLabel("FILE|-")
                .type(String.class)
                .description("The output; - for standard input.")
                .build());
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }

  private static int examine(Session session, ParseResult parsed) {
    UseCases useCases = session.useCases().get();
    String file = parsed.matchedOptionValue(CONFIG, (String) null);
    String name = parsed.matchedOptionValue(SERVICE, (String) null);
    if (name != null) {
      return compare(session, useCases, file, name, JsonFlag.isSet(parsed));
    }
    List<ServiceSpec> services = useCases.configuration().readAll(file).services();
    List<Checkup> all = useCases.doctor().examine(services);
    Terminal terminal = session.terminal();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(CheckupMessage.ofAll(all)));
    } else {
      new CheckupText(terminal).lines(all).forEach(terminal::result);
    }
    boolean bad = all.stream().anyMatch(each -> each.level() == Checkup.Level.PROBLEM);
    return bad ? ExitCodes.ENVIRONMENT : ExitCodes.OK;
  }

  private static int compare(
      Session session, UseCases useCases, @Nullable String file, String name, boolean json) {
    ServiceSpec service =
        useCases
            .configuration()
            .read(new Request(file, name, Map.of(), session.serverArguments()))
            .service();
    if (service == null) {
      throw invalid(SERVICE, name, "no such service is configured, or it has no model");
    }
    Optional<Comparison> comparison = useCases.doctor().compare(service);
    Terminal terminal = session.terminal();
    if (comparison.isEmpty()) {
      terminal.say("No good start of '" + service.name() + "' is known to compare with.");
      return ExitCodes.OK;
    }
    if (json) {
      terminal.result(Json.of(CheckupMessage.of(comparison.get())));
    } else {
      CheckupText.comparison(comparison.get()).forEach(terminal::result);
    }
    return ExitCodes.OK;
  }

  private static int explain(Session session, ParseResult parsed) {
    String source = parsed.matchedPositionalValue(0, STANDARD_INPUT);
    Terminal terminal = session.terminal();
    Optional<Failure> found;
    try (InputStream output =
        source.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(source))) {
      found = session.useCases().get().doctor().explain(output);
    } catch (NoSuchFileException e) {
      throw invalid("FILE", source, "there is no such file");
    } catch (IOException | UncheckedIOException e) {
      throw invalid("FILE", source, "cannot be read: " + e.getMessage());
    }
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(found.map(ProblemDetails::of).orElse(null)));
    } else if (found.isEmpty()) {
      terminal.say("No failure that ended a server is reported in it.");
    } else {
      FailureText.lines(terminal, found.get()).forEach(terminal::result);
    }
    return ExitCodes.OK;
  }

  private static LifecycleException invalid(String key, String value, String problem) {
    return new LifecycleException(
        new InvalidConfiguration(List.of(new Violation(key, value, problem, "command line"))));
  }
}
