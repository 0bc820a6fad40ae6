package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.OptionSpec;
import dev.stoker.application.OptionTable;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ConfigurationQuery;
import dev.stoker.application.port.out.ConfigurationSource;
import dev.stoker.application.port.out.ConfigurationSource.Entry;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Joins file, environment and flags, and reports everything that is wrong at once (FR-037, FR-042).
 */
final class ConfigurationService implements ConfigurationQuery {
  private static final String VLLM = "vllm";

  private final ConfigurationSource source;
  private final Map<String, InferenceProvider> providers;

  @Inject
  ConfigurationService(ConfigurationSource source, Map<String, InferenceProvider> providers) {
    this.source = source;
    this.providers = providers;
  }

  @Override
  public Configuration read(Request request) {
    WrittenFile file = new WrittenFile(source.read(request.file()));
    List<Violation> violations = new ArrayList<>(file.violations());
    List<String> notes = new ArrayList<>();
    ConfigurationLayers layers = new ConfigurationLayers();
    file.defaults().forEach((key, entry) -> put(layers, key, entry));
    ServiceName name = nameOf(request, violations);
    file.service(name).forEach((key, entry) -> put(layers, key, entry));
    putEnvironment(layers, notes);
    putFlags(layers, request);
    checkOutside(layers, violations);
    List<String> arguments = arguments(file, name, request, violations);
    ModelReference model = model(layers, violations);
    if (!violations.isEmpty()) {
      throw new LifecycleException(new InvalidConfiguration(violations));
    }
    ServiceSpec spec =
        model == null
            ? null
            : spec(name, model, arguments, layers, !isPortAsked(file, name, layers));
    return new Configuration(spec, layers.values(), notes);
  }

  @Override
  public AllServices readAll(@Nullable String named) {
    WrittenFile file = new WrittenFile(source.read(named));
    List<Violation> violations = new ArrayList<>(file.violations());
    List<String> notes = new ArrayList<>();
    List<ServiceSpec> specs = new ArrayList<>();
    boolean alone = file.services().isEmpty();
    for (ServiceName name : alone ? List.of(ServiceName.DEFAULT) : file.services()) {
      ConfigurationLayers layers = new ConfigurationLayers();
      file.defaults().forEach((key, entry) -> put(layers, key, entry));
      file.service(name).forEach((key, entry) -> put(layers, key, entry));
      if (name.equals(ServiceName.DEFAULT)) {
        putEnvironment(layers, notes);
      }
      int before = violations.size();
      checkOutside(layers, violations);
      Request request = new Request(named, name.value(), Map.of(), List.of());
      List<String> arguments = arguments(file, name, request, violations);
      ModelReference model = modelOf(name, layers, alone, violations);
      if (model != null && violations.size() == before && file.violations().isEmpty()) {
        specs.add(spec(name, model, arguments, layers, !alone && !isPortAsked(file, name, layers)));
      }
    }
    violations.addAll(SharedPorts.among(specs, file));
    if (!violations.isEmpty()) {
      throw new LifecycleException(new InvalidConfiguration(violations));
    }
    return new AllServices(specs, notes);
  }

  private static boolean isPortAsked(
      WrittenFile file, ServiceName name, ConfigurationLayers layers) {
    String origin = layers.origin(OptionTable.PORT);
    return file.givesPort(name) || origin.startsWith("environment ") || origin.startsWith("flag ");
  }

  /** As {@link #model}, but a bad one is one violation of several, and a missing one is one too. */
  private @Nullable ModelReference modelOf(
      ServiceName name, ConfigurationLayers layers, boolean alone, List<Violation> violations) {
    String key = "services." + name + "." + OptionTable.MODEL;
    try {
      ModelReference model = model(layers, violations);
      if (model == null && !alone && layers.text(OptionTable.MODEL) == null) {
        violations.add(
            new Violation(key, "", "must be given here or in providers.vllm", "nowhere"));
      }
      return model;
    } catch (LifecycleException e) {
      violations.add(
          new Violation(
              key,
              String.valueOf(layers.text(OptionTable.MODEL)),
              e.failure().what() + "; " + e.failure().remedy(),
              layers.origin(OptionTable.MODEL)));
      return null;
    }
  }

  private ServiceSpec spec(
      ServiceName name,
      ModelReference model,
      List<String> arguments,
      ConfigurationLayers layers,
      boolean portMayMove) {
    return new ServiceSpec(
        name,
        VLLM,
        model,
        engine(layers.text(OptionTable.ENGINE)),
        arguments,
        VllmLifecycleOptions.from(layers.texts()),
        portMayMove);
  }

  /** A path is made absolute: whoever runs the service may stand in another folder. */
  private @Nullable String engine(@Nullable String text) {
    if (text == null || text.equals(EngineInfo.PRACTICE)) {
      return text;
    }
    ModelReference.Places places = source.places();
    return text.startsWith("~/")
        ? places.userHome().resolve(text.substring(2)).normalize().toString()
        : places.workingDirectory().resolve(text).normalize().toString();
  }

  private static void put(ConfigurationLayers layers, String key, Entry entry) {
    layers.put(key, String.join(",", entry.values()), entry.origin());
  }

  private static ServiceName nameOf(Request request, List<Violation> violations) {
    String asked = request.service();
    if (asked != null) {
      if (ServiceName.isValid(asked)) {
        return new ServiceName(asked);
      }
      violations.add(
          new Violation("--name", asked, "must be " + ServiceName.ALLOWED, "flag --name"));
      return ServiceName.DEFAULT;
    }
    String model = request.flags().get(OptionTable.MODEL);
    if (model == null) {
      return ServiceName.DEFAULT;
    }
    String trimmed = model.replaceAll("/+$", "");
    return ServiceName.slugOf(trimmed.substring(trimmed.lastIndexOf('/') + 1));
  }

  private void putEnvironment(ConfigurationLayers layers, List<String> notes) {
    for (OptionSpec spec : OptionTable.rows()) {
      String variable = spec.variable();
      String value = variable == null ? null : source.environment().get(variable);
      if (value == null || value.isBlank()) {
        continue;
      }
      if (spec.key().equals(OptionTable.PORT) && value.contains("://")) {
        // Kubernetes sets VLLM_PORT=tcp://… for a Service named vllm: no wish of anybody's.
        notes.add(variable + "=" + value + " is ignored: Kubernetes sets it, it is no port");
        continue;
      }
      layers.put(spec.key(), value, "environment " + variable);
    }
  }

  private static void putFlags(ConfigurationLayers layers, Request request) {
    for (OptionSpec spec : OptionTable.rows()) {
      String value = request.flags().get(spec.key());
      if (value != null) {
        layers.put(spec.key(), value, "flag " + spec.flag());
      }
    }
  }

  /** What the file says was checked with the file; what came on top of it is checked here. */
  private static void checkOutside(ConfigurationLayers layers, List<Violation> violations) {
    for (Violation violation : VllmLifecycleOptions.validate(layers.texts(), layers::origin)) {
      boolean outside =
          violation.origin().startsWith("flag ") || violation.origin().startsWith("environment ");
      if (outside && !violation.key().equals(OptionTable.ARGS)) {
        violations.add(violation);
      }
    }
  }

  private List<String> arguments(
      WrittenFile file, ServiceName name, Request request, List<Violation> violations) {
    InferenceProvider provider = Objects.requireNonNull(providers.get(VLLM));
    List<String> all = new ArrayList<>();
    Entry written = file.service(name).get(OptionTable.ARGS);
    if (written == null) {
      written = file.defaults().get(OptionTable.ARGS);
    }
    if (written != null) {
      all.addAll(written.values());
      violations.addAll(provider.checkArguments(written.values(), written.origin()));
    }
    all.addAll(request.arguments());
    violations.addAll(provider.checkArguments(request.arguments(), "command line, behind --"));
    return all;
  }

  private @Nullable ModelReference model(ConfigurationLayers layers, List<Violation> violations) {
    String text = layers.text(OptionTable.MODEL);
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      return ModelReference.parse(text, source.places());
    } catch (LifecycleException e) {
      if (violations.isEmpty()) {
        throw e;
      }
      Failure why = e.failure();
      String problem = ModelId.problemOf(text).orElse("names no model");
      violations.add(
          new Violation(
              OptionTable.MODEL,
              text,
              problem + "; " + why.remedy(),
              layers.origin(OptionTable.MODEL)));
      return null;
    }
  }
}
