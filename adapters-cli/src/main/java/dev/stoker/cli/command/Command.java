package dev.stoker.cli.command;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * A command made by hand: picocli looks nothing up by reflection, which saves time at each start.
 *
 * <p>What stands behind {@code --} never reaches picocli: see {@link Passthrough}.
 */
final class Command {
  private Command() {}

  /** What a command does. */
  @FunctionalInterface
  interface Body {
    int run(ParseResult parsed);
  }

  static CommandLine of(String name, String description, Body body) {
    Runner runner = new Runner(body);
    CommandSpec spec = CommandSpec.wrapWithoutInspection(runner);
    runner.spec = spec;
    spec.name(name);
    spec.addOption(help());
    spec.usageMessage().description(description).width(100);
    return new CommandLine(spec);
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help.")
        .build();
  }

  /** A command that only has others below it. */
  static CommandLine group(String name, String description, List<CommandLine> commands) {
    CommandSpec spec = CommandSpec.create();
    spec.name(name);
    // Not mixinStandardHelpOptions: that reads annotations by reflection, at each start.
    spec.addOption(help());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Show the version.")
            .build());
    spec.usageMessage().description(description).width(100);
    CommandLine group = new CommandLine(spec);
    commands.forEach(group::addSubcommand);
    return group;
  }

  private static final class Runner implements Callable<Integer> {
    private final Body body;
    private @Nullable CommandSpec spec;

    Runner(Body body) {
      this.body = body;
    }

    @Override
    public Integer call() {
      return body.run(Objects.requireNonNull(spec).commandLine().getParseResult());
    }
  }
}
