package dev.stoker.cli.command;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.ModelFit.Report;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.FitText;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.fit.FitEstimate;
import dev.stoker.domain.fit.FitEstimate.Verdict;
import dev.stoker.http.message.FitMessage;
import dev.stoker.http.message.Json;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker fit}: whether a model fits, asked before anything is fetched or started. */
final class FitCommand {
  private static final String ASSUME = "--assume";

  private FitCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "fit",
            "Tells whether a model fits the memory of its devices, by its files' headers; starts"
                + " and fetches nothing.",
            parsed -> fit(session, parsed));
    ServiceOptions.addTo(command.getCommandSpec());
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(ASSUME)
                .paramLabel("NxGIB")
                .type(String.class)
                .description(
                    "Devices to ask about instead of those of this machine, such as 2x23.5: two of"
                        + " 23.5 GiB each.")
                .build());
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }

  private static int fit(Session session, ParseResult parsed) {
    ServiceSpec service =
        session
            .useCases()
            .get()
            .configuration()
            .read(ServiceOptions.request(parsed, session.serverArguments()))
            .service();
    if (service == null) {
      throw invalid("MODEL", "", "no model was given, and none is configured");
    }
    Report report =
        session.useCases().get().fit().fit(service, assumed(parsed.matchedOptionValue(ASSUME, "")));
    if (JsonFlag.isSet(parsed)) {
      session.terminal().result(Json.of(FitMessage.of(service, report)));
    } else {
      FitText.lines(service.model().servedName(), report).forEach(session.terminal()::result);
    }
    FitEstimate estimate = report.estimate();
    boolean no = estimate != null && estimate.verdict() == Verdict.DOES_NOT_FIT;
    return no ? ExitCodes.RESOURCE : ExitCodes.OK;
  }

  private static List<DeviceMemory> assumed(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      return DeviceMemory.assumed(text);
    } catch (IllegalArgumentException e) {
      throw invalid(ASSUME, text, String.valueOf(e.getMessage()));
    }
  }

  private static LifecycleException invalid(String key, String value, String allowed) {
    return new LifecycleException(
        new InvalidConfiguration(List.of(new Violation(key, value, allowed, "command line"))));
  }
}
