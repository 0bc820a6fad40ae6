package dev.stoker.http.control;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.LogFilter;
import dev.stoker.application.LogLevel;
import dev.stoker.application.OptionTable;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.ConfigurationQuery.Configuration;
import dev.stoker.application.port.in.ConfigurationQuery.Request;
import dev.stoker.application.port.in.MachineServices;
import dev.stoker.application.port.in.ModelFit.Report;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.CheckupMessage;
import dev.stoker.http.message.ConfigurationMessage;
import dev.stoker.http.message.EngineMessage;
import dev.stoker.http.message.Fields;
import dev.stoker.http.message.FitMessage;
import dev.stoker.http.message.ProblemDetails;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known and done on this machine: configuration, engines, output, diagnosis, fit. */
final class MachineRoutes {
  private static final Logger log = LoggerFactory.getLogger(MachineRoutes.class);
  private static final int USUAL_LINES = 100;
  private static final int MOST_LINES = 1000;

  /** One answer is held in memory whole. */
  private static final int MOST_CHARACTERS = 2_000_000;

  private final MachineServices machine;
  private final @Nullable String file;

  /**
   * Of one daemon.
   *
   * @param file its configuration file; null for the usual one
   */
  MachineRoutes(MachineServices machine, @Nullable String file) {
    this.machine = machine;
    this.file = file;
  }

  List<Route> all() {
    return List.of(
        Route.of("GET", "/v1/configuration", this::configuration),
        Route.of("GET", "/v1/services/{name}/logs", this::logs),
        Route.of("GET", "/v1/services/{name}/differences", this::differences),
        Route.of("GET", "/v1/doctor", _ -> doctor()),
        Route.of("POST", "/v1/explain", this::explain),
        Route.of("POST", "/v1/fit", this::fit),
        Route.of("GET", "/v1/engines", _ -> engines()),
        Route.of("POST", "/v1/engines/install", this::install),
        Route.of("POST", "/v1/engines/remove", this::remove));
  }

  private Answer configuration(Call call) {
    ServiceName name = call.namedService();
    Map<String, Object> answer =
        ConfigurationMessage.of(read(name == null ? null : name.value(), Map.of(), List.of()));
    answer.put(
        "services",
        machine.configuration().readAll(file).services().stream()
            .map(each -> each.name().value())
            .toList());
    return Answer.ok(answer);
  }

  private Configuration read(
      @Nullable String service, Map<String, String> options, List<String> arguments) {
    return machine.configuration().read(new Request(file, service, options, arguments));
  }

  private ServiceSpec configured(
      @Nullable String service, Map<String, String> options, List<String> arguments) {
    ServiceSpec found = read(service, options, arguments).service();
    if (found == null) {
      throw Call.refused("no model is asked for, and none is configured");
    }
    return found;
  }

  private Answer logs(Call call) {
    int most = call.number("limit", USUAL_LINES, MOST_LINES);
    Instant since = call.since();
    String level = call.query().getOrDefault("level", LogLevel.DEBUG.name());
    LogFilter filter =
        new LogFilter(
            since.equals(Instant.EPOCH) ? null : since,
            LogLevel.parse(level)
                .orElseThrow(
                    () ->
                        Call.refused(
                            "query parameter level = "
                                + level
                                + " must be debug, info, warning, error or critical")));
    return Answer.ok(Map.of("lines", last(lines(call.service(), most, filter))));
  }

  /** One call at a time: lines may be long, and those of many calls more than there is room for. */
  private synchronized List<String> lines(ServiceName service, int most, LogFilter filter) {
    List<String> lines = machine.logs().tail(service, most, filter);
    if (lines.isEmpty() && machine.logs().tail(service, 1, LogFilter.everything()).isEmpty()) {
      throw Call.notThere("nothing was printed by a service '" + service + "'");
    }
    return lines;
  }

  /** {@return as many of the last lines as one answer holds} */
  private static List<String> last(List<String> lines) {
    int from = lines.size();
    int left = MOST_CHARACTERS;
    while (from > 0 && lines.get(from - 1).length() < left) {
      from--;
      left -= lines.get(from).length() + 1;
    }
    return lines.subList(from, lines.size());
  }

  private Answer differences(Call call) {
    ServiceSpec service = configured(call.service().value(), Map.of(), List.of());
    return Answer.ok(
        machine
            .doctor()
            .compare(service)
            .map(CheckupMessage::of)
            .orElseThrow(
                () -> Call.notThere("no good start of '" + service.name() + "' is known")));
  }

  private Answer doctor() {
    List<ServiceSpec> services = machine.configuration().readAll(file).services();
    return Answer.ok(CheckupMessage.ofAll(machine.doctor().examine(services)));
  }

  private Answer explain(Call call) {
    String output =
        call.read(
            fields -> {
              fields.onlyThese(Set.of("output"));
              return fields.requiredText("output");
            });
    InputStream bytes = new ByteArrayInputStream(output.getBytes(StandardCharsets.UTF_8));
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("problem", machine.doctor().explain(bytes).map(ProblemDetails::of).orElse(null));
    return Answer.ok(answer);
  }

  /**
   * What is to be looked at.
   *
   * @param service whose configuration holds where nothing else is said; null for the usual one
   * @param options values by the keys of the configuration
   * @param arguments for the server
   * @param devices to ask about; empty for those of this machine
   */
  private record Wanted(
      @Nullable String service,
      Map<String, String> options,
      List<String> arguments,
      List<DeviceMemory> devices) {
    static Wanted read(Fields fields) {
      fields.onlyThese(Set.of("service", "options", "arguments", "assume"));
      Fields options = fields.object("options");
      Map<String, String> texts = options == null ? Map.of() : options.allTexts();
      for (String key : texts.keySet()) {
        if (OptionTable.find(key).isEmpty() || key.equals(OptionTable.ARGS)) {
          throw new IllegalArgumentException(
              "options: '" + key + "' is unknown; docs/configuration.md has the keys");
        }
      }
      String assume = fields.text("assume");
      return new Wanted(
          fields.text("service"),
          texts,
          fields.texts("arguments"),
          assume == null || assume.isEmpty() ? List.of() : DeviceMemory.assumed(assume));
    }
  }

  private Answer fit(Call call) {
    Wanted wanted = call.read(Wanted::read);
    ServiceSpec service = configured(wanted.service(), wanted.options(), wanted.arguments());
    Report report = machine.fit().fit(service, wanted.devices());
    return Answer.ok(FitMessage.of(service, report));
  }

  private Answer engines() {
    return Answer.ok(EngineMessage.ofAll(machine.engines().engines()));
  }

  private Answer install(Call call) {
    InstallRequest request =
        call.read(
            fields -> {
              fields.onlyThese(Set.of("engine", "version", "device", "index"));
              String device = fields.text("device");
              return new InstallRequest(
                  fields.requiredText("engine"),
                  fields.text("version"),
                  device == null ? "auto" : device,
                  fields.text("index"));
            });
    return new Answer.Parts(parts -> install(request, parts));
  }

  private void install(InstallRequest request, PartSink parts) {
    machine.engines().describe(request).forEach(line -> parts.part(Map.of("line", line)));
    EngineInfo installed = machine.engines().install(request, line -> tell(parts, line));
    parts.part(Map.of("engine", EngineMessage.of(installed)));
  }

  /** What was begun goes on without a caller that has gone, as starts do. */
  private static void tell(PartSink parts, String line) {
    try {
      parts.part(Map.of("line", line));
    } catch (LifecycleException e) {
      log.atDebug().setCause(e).log("nobody is told how an installation goes");
    }
  }

  private Answer remove(Call call) {
    List<String> which =
        call.read(
            fields -> {
              fields.onlyThese(Set.of("engine", "version"));
              return List.of(fields.requiredText("engine"), fields.requiredText("version"));
            });
    return Answer.ok(EngineMessage.of(machine.engines().remove(which.getFirst(), which.getLast())));
  }
}
