package dev.stoker.application;

import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.LifecyclePolicy;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A service as it is meant to be (FR-002).
 *
 * @param name its name
 * @param provider which provider runs it, such as {@code vllm}
 * @param model what it serves
 * @param engine the engine asked for, null for the first that is found
 * @param arguments further arguments for the server, already checked
 * @param options everything else
 * @param portMayMove whether nobody asked for this port: the next free one will do as well
 */
public record ServiceSpec(
    ServiceName name,
    String provider,
    ModelReference model,
    @Nullable String engine,
    List<String> arguments,
    VllmLifecycleOptions options,
    boolean portMayMove) {
  private static final String WITHOUT_RESTART = "lifecycle.";

  /** Beside the settings of a launch: what its engine runs on. */
  public static final String DEVICE = "device";

  /** Beside the settings of a launch: the commit of its model, where it has one. */
  public static final String COMMIT = "commit";

  private static final String PROVIDER = "provider";
  private static final String MAY_MOVE = "port_may_move";
  private static final String BETWEEN_ARGUMENTS = "\u001f";

  /** Copies the list. */
  public ServiceSpec {
    arguments = List.copyOf(arguments);
  }

  /** Makes a service whose port was asked for. */
  public ServiceSpec(
      ServiceName name,
      String provider,
      ModelReference model,
      @Nullable String engine,
      List<String> arguments,
      VllmLifecycleOptions options) {
    this(name, provider, model, engine, arguments, options, false);
  }

  /** {@return whether it runs on the stand-in that is no model} */
  public boolean isPractice() {
    return EngineInfo.PRACTICE.equals(engine);
  }

  /** {@return the same on another port} */
  public ServiceSpec onPort(Port port) {
    return options.port().equals(port)
        ? this
        : new ServiceSpec(
            name, provider, model, engine, arguments, options.withPort(port), portMayMove);
  }

  /** {@return the same in another engine} */
  public ServiceSpec onEngine(String other) {
    return new ServiceSpec(name, provider, model, other, arguments, options, portMayMove);
  }

  /** {@return the same with another model} */
  public ServiceSpec withModel(ModelReference other) {
    return new ServiceSpec(name, provider, other, engine, arguments, options, portMayMove);
  }

  /** {@return what the machine needs to know of it} */
  public LifecyclePolicy policy() {
    return options.policy(name.value().hashCode());
  }

  /** {@return all of it but the name, as texts that {@link #ofSettings} reads back} */
  public Map<String, String> settings() {
    Map<String, String> settings = texts();
    settings.put(PROVIDER, provider);
    settings.put(MAY_MOVE, Boolean.toString(portMayMove));
    return settings;
  }

  /** {@return what {@link #settings} wrote; empty where something of it is missing} */
  public static Optional<ServiceSpec> ofSettings(ServiceName name, Map<String, String> settings) {
    String provider = settings.get(PROVIDER);
    String arguments = settings.getOrDefault(OptionTable.ARGS, "");
    Optional<ModelReference> model =
        ModelReference.ofWritten(settings.getOrDefault(OptionTable.MODEL, ""));
    if (provider == null
        || model.isEmpty()
        || !VllmLifecycleOptions.validate(settings, _ -> "").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServiceSpec(
            name,
            provider,
            model.get(),
            settings.get(OptionTable.ENGINE),
            arguments.isEmpty() ? List.of() : List.of(arguments.split(BETWEEN_ARGUMENTS, -1)),
            VllmLifecycleOptions.from(settings),
            Boolean.parseBoolean(settings.get(MAY_MOVE))));
  }

  /** {@return the keys whose values differ, in the order of the option table} */
  public List<String> differences(ServiceSpec other) {
    Map<String, String> mine = texts();
    Map<String, String> others = other.texts();
    List<String> differing = new ArrayList<>();
    for (OptionSpec row : OptionTable.rows()) {
      if (!Objects.equals(mine.get(row.key()), others.get(row.key()))) {
        differing.add(row.key());
      }
    }
    return differing;
  }

  /** {@return the further names of its model, each once, its own not among them} */
  public List<String> aliases() {
    return options.aliases().stream()
        .filter(each -> !each.equals(model.servedName()))
        .distinct()
        .toList();
  }

  /** {@return whether a change of that key reaches a running server only by a restart} */
  public static boolean needsRestart(String key) {
    return !key.startsWith(WITHOUT_RESTART);
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>(options.texts());
    texts.put(OptionTable.MODEL, model.written());
    texts.put(OptionTable.ARGS, String.join(BETWEEN_ARGUMENTS, arguments));
    if (engine != null) {
      texts.put(OptionTable.ENGINE, engine);
    }
    return texts;
  }
}
