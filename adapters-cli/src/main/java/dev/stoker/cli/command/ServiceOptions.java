package dev.stoker.cli.command;

import dev.stoker.application.OptionSpec;
import dev.stoker.application.OptionTable;
import dev.stoker.application.port.in.ConfigurationQuery.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The flags of a service, made from the option table; values are checked by the application. */
final class ServiceOptions {
  private static final String NAME = "--name";
  private static final String CONFIG = "--config";

  private ServiceOptions() {}

  /** Adds them to a command: the model in front, what vLLM is to be given behind {@code --}. */
  static void addTo(CommandSpec spec) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .paramLabel("MODEL")
            .type(String.class)
            .description(
                "What to serve: 'demo', a Hub id (org/name), or a folder beginning with /, ./, ../"
                    + " or ~/.")
            .build());
    for (OptionSpec option : OptionTable.rows()) {
      if (option.flag() != null) {
        spec.addOption(
            picocli.CommandLine.Model.OptionSpec.builder(option.flag())
                .paramLabel("VALUE")
                .type(String.class)
                .description(describe(option))
                .build());
      }
    }
    spec.usageMessage()
        .customSynopsis(spec.qualifiedName() + " [MODEL] [OPTIONS] [-- VLLM-ARGUMENTS]");
    spec.addOption(
        picocli.CommandLine.Model.OptionSpec.builder(NAME)
            .paramLabel("NAME")
            .type(String.class)
            .description("Name of the service; by default the last part of the model's.")
            .build());
    spec.addOption(
        picocli.CommandLine.Model.OptionSpec.builder(CONFIG)
            .paramLabel("FILE")
            .type(String.class)
            .description("Configuration file instead of .agent/config.yml.")
            .build());
  }

  private static String describe(OptionSpec option) {
    StringBuilder text = new StringBuilder(option.help());
    text.append(" Must be ").append(option.kind().allowed()).append('.');
    if (!option.defaultText().isEmpty()) {
      text.append(" Default: ").append(option.defaultText()).append('.');
    }
    if (option.variable() != null) {
      text.append(" Environment: ").append(option.variable()).append('.');
    }
    return text.toString().replace("%", "%%");
  }

  /** {@return what was asked for, with the arguments behind {@code --} kept apart} */
  static Request request(ParseResult parsed, List<String> behindDashes) {
    Map<String, String> flags = new HashMap<>();
    for (OptionSpec option : OptionTable.rows()) {
      String value = value(parsed, option.flag());
      if (value != null) {
        flags.put(option.key(), value);
      }
    }
    String model = parsed.matchedPositionalValue(0, (String) null);
    if (model != null) {
      flags.put(OptionTable.MODEL, model);
    }
    return new Request(value(parsed, CONFIG), value(parsed, NAME), flags, behindDashes);
  }

  private static @Nullable String value(ParseResult parsed, @Nullable String flag) {
    return flag == null ? null : parsed.matchedOptionValue(flag, (String) null);
  }
}
