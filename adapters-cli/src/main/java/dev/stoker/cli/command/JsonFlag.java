package dev.stoker.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code --json}: one shape for programs, the same as the API's ({@code docs/api.md}). */
final class JsonFlag {
  private static final String NAME = "--json";

  private JsonFlag() {}

  static void addTo(CommandSpec spec) {
    spec.addOption(OptionSpec.builder(NAME).description("Print JSON.").build());
  }

  static boolean isSet(ParseResult parsed) {
    return parsed.hasMatchedOption(NAME);
  }
}
