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
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.http.message.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker fit}: whether a model fits, asked before anything is fetched or started. */
final class FitCommand {
  private static final String ASSUME = "--assume";
  private static final Pattern DEVICES =
      Pattern.compile("(?:(?<number>[1-9]\\d{0,2})x)?(?<gib>\\d{1,4}(?:\\.\\d{1,3})?)(?:GiB)?");

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
      session.terminal().result(Json.of(asMap(service, report)));
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
    Matcher devices = DEVICES.matcher(text);
    if (!devices.matches() || Double.parseDouble(devices.group("gib")) <= 0) {
      throw invalid(ASSUME, text, "must be such as 24, 79.2 or 2x23.5: how many, and GiB of each");
    }
    String number = devices.group("number");
    ByteSize size = new ByteSize(Math.round(Double.parseDouble(devices.group("gib")) * (1L << 30)));
    return Collections.nCopies(
        number == null ? 1 : Integer.parseInt(number),
        new DeviceMemory("assumed", "assumed", size, size));
  }

  private static Map<String, Object> asMap(ServiceSpec service, Report report) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", service.model().servedName());
    map.put("engine", report.engine());
    FitEstimate estimate = report.estimate();
    if (estimate == null) {
      map.put("verdict", "unknown");
      map.put("problem", report.facts().problem());
      return map;
    }
    map.put("verdict", estimate.verdict().name().toLowerCase(Locale.ROOT));
    map.put("certain", estimate.certain());
    map.put("problem", estimate.problem());
    map.put("budget_bytes", estimate.budget());
    map.put("weights_bytes", estimate.weights());
    map.put("overhead_bytes", estimate.overhead());
    map.put("cache_bytes", estimate.cacheLeft());
    map.put("cache_tokens", estimate.tokens());
    map.put("request_bytes", estimate.cacheNeeded());
    map.put("context", estimate.context());
    map.put("longest_context", estimate.longestContext());
    map.put("concurrency", estimate.concurrency());
    return map;
  }

  private static LifecycleException invalid(String key, String value, String allowed) {
    return new LifecycleException(
        new InvalidConfiguration(List.of(new Violation(key, value, allowed, "command line"))));
  }
}
