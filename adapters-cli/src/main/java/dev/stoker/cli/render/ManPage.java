package dev.stoker.cli.render;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes a command as a manual page (man(7)). */
public final class ManPage {
  private ManPage() {}

  /** {@return the page of a command, with those below it} */
  public static String of(CommandSpec command) {
    StringBuilder page = new StringBuilder();
    String title = command.qualifiedName("-");
    page.append(".TH ").append(title.toUpperCase(Locale.ROOT)).append(" 1 \"\" Stoker Stoker\n");
    page.append(".SH NAME\n").append(escaped(title)).append(" \\- ");
    page.append(escaped(description(command))).append('\n');
    page.append(".SH SYNOPSIS\n.B ").append(escaped(synopsis(command))).append('\n');
    addParameters(page, command);
    addOptions(page, command);
    addCommands(page, command);
    page.append(
        ".SH EXIT STATUS\n0 ok, 1 internal, 2 usage, 3 environment, 4 resource, 5 server or");
    page.append(" Hub, 6 timeout, 7 declined, 128+n ended by signal n.\n");
    page.append(".SH SEE ALSO\ndocs/configuration.md, docs/api.md, docs/errors.md");
    return page.toString();
  }

  private static String synopsis(CommandSpec command) {
    String[] custom = command.usageMessage().customSynopsis();
    if (custom.length > 0) {
      return String.join(" ", custom);
    }
    String parameters =
        command.positionalParameters().stream()
            .map(parameter -> " " + parameter.paramLabel())
            .distinct()
            .collect(Collectors.joining());
    String below = command.subcommands().isEmpty() ? "" : " COMMAND";
    return command.qualifiedName() + below + " [OPTIONS]" + parameters;
  }

  private static void addParameters(StringBuilder page, CommandSpec command) {
    if (!command.positionalParameters().isEmpty()) {
      page.append(".SH PARAMETERS\n");
      for (PositionalParamSpec parameter : command.positionalParameters()) {
        item(page, parameter.paramLabel(), text(parameter));
      }
    }
  }

  private static void addOptions(StringBuilder page, CommandSpec command) {
    page.append(".SH OPTIONS\n");
    for (OptionSpec option : command.options()) {
      String names = String.join(", ", option.names());
      item(
          page, option.arity().max() > 0 ? names + " " + option.paramLabel() : names, text(option));
    }
  }

  private static void addCommands(StringBuilder page, CommandSpec command) {
    if (command.subcommands().isEmpty()) {
      return;
    }
    page.append(".SH COMMANDS\n");
    for (Map.Entry<String, CommandLine> entry : command.subcommands().entrySet()) {
      CommandSpec below = entry.getValue().getCommandSpec();
      if (!below.usageMessage().hidden()) {
        item(page, synopsis(below), description(below));
        below.options().stream()
            .filter(option -> !Arrays.asList(option.names()).contains("--help"))
            .filter(_ -> command.parent() != null)
            .forEach(option -> item(page, String.join(", ", option.names()), text(option)));
      }
    }
  }

  private static String text(ArgSpec argument) {
    return String.join(" ", argument.description()).replace("%%", "%");
  }

  private static String description(CommandSpec command) {
    return String.join(" ", command.usageMessage().description());
  }

  private static void item(StringBuilder page, String name, String text) {
    page.append(".TP\n.B ").append(escaped(name)).append('\n').append(escaped(text)).append('\n');
  }

  /** A line must not begin with a control character, and a minus sign must stay one. */
  private static String escaped(String text) {
    String plain = text.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
