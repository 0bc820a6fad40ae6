package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.unit.Port;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was to be served, as far as it is known.
 *
 * @param model id or folder, or words where it is not known
 * @param hub its id where it is one of the Hub's, else null
 * @param port of the server
 */
record Subject(String model, @Nullable ModelId hub, Port port) {
  private static final Port USUAL = new Port(8000);
  private static final Pattern MODEL =
      Pattern.compile(
          "'model(?:_tag)?': '(?<a>[^']{1,300})'|\\bmodel='(?<b>[^']{1,300})'"
              + "|\\bmodel {2,}(?<c>\\S{1,300})");
  private static final Pattern PORT =
      Pattern.compile("'port': (\\d{1,5})\\b|\\bport=(\\d{1,5})\\b");

  /** {@return of a service of Stoker's} */
  static Subject of(ServiceSpec spec) {
    ModelId hub = spec.model() instanceof HubModel of ? of.id() : null;
    return new Subject(spec.model().argument(), hub, spec.options().port());
  }

  /** {@return of whatever server printed this, by its own words} */
  static Subject guessedFrom(List<String> lines) {
    String model = "";
    Port port = USUAL;
    for (String line : lines) {
      Matcher named = MODEL.matcher(line);
      if (model.isEmpty() && named.find()) {
        model = first(named.group("a"), named.group("b"), named.group("c"));
      }
      Matcher at = PORT.matcher(line);
      if (port.equals(USUAL) && at.find()) {
        int number = Integer.parseInt(first(at.group(1), at.group(2)));
        port = Port.isValid(number) ? new Port(number) : port;
      }
    }
    boolean isId = model.contains("/") && ModelId.problemOf(model).isEmpty();
    return new Subject(
        model.isEmpty() ? "the model" : model, isId ? new ModelId(model) : null, port);
  }

  private static String first(@Nullable String... texts) {
    for (String text : texts) {
      if (text != null) {
        return text;
      }
    }
    return "";
  }
}
