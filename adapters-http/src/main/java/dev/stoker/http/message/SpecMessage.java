package dev.stoker.http.message;

import dev.stoker.application.OptionTable;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import dev.stoker.domain.service.ServiceName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A service as it is meant to be. */
public final class SpecMessage {
  private static final Set<String> MEMBERS =
      Set.of("provider", "model", "engine", "arguments", "options", "port_may_move");

  private static final Set<String> NO_OPTIONS =
      Set.of(OptionTable.MODEL, OptionTable.ENGINE, OptionTable.ARGS);

  private SpecMessage() {}

  /** {@return its members; the name stands in the address} */
  public static Map<String, Object> of(ServiceSpec spec) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("provider", spec.provider());
    map.put("model", model(spec.model()));
    if (spec.engine() != null) {
      map.put("engine", spec.engine());
    }
    map.put("arguments", spec.arguments());
    map.put("options", spec.options().texts());
    map.put("port_may_move", spec.portMayMove());
    return map;
  }

  /** {@return the members of a model} */
  public static Map<String, Object> model(ModelReference model) {
    return switch (model) {
      case HubModel hub -> Map.of("hub", hub.text());
      case LocalModel local -> Map.of("folder", local.folder().toString());
      case DemoModel demo -> Map.of("demo", demo.folder().toString());
    };
  }

  /**
   * {@return what the members say; arguments are checked by whoever launches them}
   *
   * @throws IllegalArgumentException when they say no service
   * @throws LifecycleException with every violation in the options
   */
  public static ServiceSpec read(ServiceName name, Fields fields) {
    fields.onlyThese(MEMBERS);
    Fields options = fields.object("options");
    Map<String, String> texts = options == null ? Map.of() : options.allTexts();
    List<Violation> violations =
        texts.entrySet().stream()
            .filter(entry -> !isOption(entry.getKey()))
            .map(entry -> new Violation(entry.getKey(), entry.getValue(), "unknown key", "request"))
            .toList();
    violations =
        violations.isEmpty()
            ? VllmLifecycleOptions.validate(new HashMap<>(texts), _ -> "request")
            : violations;
    if (!violations.isEmpty()) {
      throw new LifecycleException(new InvalidConfiguration(violations));
    }
    return new ServiceSpec(
        name,
        fields.requiredText("provider"),
        readModel(fields),
        fields.text("engine"),
        fields.texts("arguments"),
        VllmLifecycleOptions.from(texts),
        fields.flag("port_may_move"));
  }

  /** Model, engine and arguments are members of their own. */
  private static boolean isOption(String key) {
    return OptionTable.find(key).isPresent() && !NO_OPTIONS.contains(key);
  }

  /**
   * {@return the model in the member of that name}
   *
   * @throws IllegalArgumentException when there is none
   */
  public static ModelReference readModel(Fields fields) {
    Fields model = fields.object("model");
    if (model == null) {
      throw new IllegalArgumentException("member 'model' is missing");
    }
    String hub = model.text("hub");
    String folder = model.text("folder");
    if (hub != null) {
      try {
        return HubModel.parse(hub);
      } catch (LifecycleException e) {
        throw new IllegalArgumentException(e.failure().what(), e);
      }
    }
    return folder == null
        ? new DemoModel(model.requiredFolder("demo"))
        : new LocalModel(model.requiredFolder("folder"));
  }
}
