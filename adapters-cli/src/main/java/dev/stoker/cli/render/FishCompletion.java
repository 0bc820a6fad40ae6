package dev.stoker.cli.render;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completion for the fish shell (fish's {@code complete} command), of commands and their options.
 */
public final class FishCompletion {
  private FishCompletion() {}

  /** {@return the script for a program} */
  public static String of(CommandSpec root) {
    StringBuilder script =
        new StringBuilder("# fish completion for stoker\ncomplete -c stoker -f\n");
    for (Map.Entry<String, CommandLine> entry : root.subcommands().entrySet()) {
      CommandSpec command = entry.getValue().getCommandSpec();
      if (!command.usageMessage().hidden()) {
        line(script, "__fish_use_subcommand", "-a " + entry.getKey(), description(command));
        addOptions(script, entry.getKey(), command);
        addSubcommands(script, entry.getKey(), command);
      }
    }
    return script.toString().stripTrailing();
  }

  private static void addSubcommands(StringBuilder script, String parent, CommandSpec command) {
    command
        .subcommands()
        .forEach(
            (name, below) -> {
              String where = "__fish_seen_subcommand_from " + parent;
              line(script, where, "-a " + name, description(below.getCommandSpec()));
              addOptions(script, parent, below.getCommandSpec());
            });
  }

  private static void addOptions(StringBuilder script, String name, CommandSpec command) {
    for (OptionSpec option : command.options()) {
      StringBuilder what = new StringBuilder();
      for (String each : option.names()) {
        String flag = each.startsWith("--") ? "-l " + each.substring(2) : "-s " + each.substring(1);
        what.append(what.isEmpty() ? "" : " ").append(flag);
      }
      if (option.arity().max() > 0) {
        what.append(" -r");
      }
      line(
          script,
          "__fish_seen_subcommand_from " + name,
          what.toString(),
          String.join(" ", option.description()));
    }
  }

  private static void line(StringBuilder script, String where, String what, String description) {
    script
        .append("complete -c stoker -n '")
        .append(where)
        .append("' ")
        .append(what)
        .append(" -d '")
        .append(description.replace("%%", "%").replace("\\", "\\\\").replace("'", "\\'"))
        .append("'\n");
  }

  private static String description(CommandSpec command) {
    return String.join(" ", command.usageMessage().description());
  }
}
