package dev.stoker.cli.command;

import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.FailureText;
import dev.stoker.cli.render.VersionText;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and what becomes of what they throw. */
public final class CommandTree {
  private static final Logger log = LoggerFactory.getLogger(CommandTree.class);
  private static final Set<String> NEED_ALL = Set.of("completion", "man");
  private static final Set<String> TAKE_SERVER_ARGUMENTS = Set.of("up", "fit", "show", "check");

  private CommandTree() {}

  /** {@return the exit code of the command that the arguments name} */
  public static int run(Session session, String[] arguments) {
    Passthrough parted = Passthrough.of(arguments);
    Session own =
        new Session(
            session.terminal(),
            session.useCases(),
            session.signals(),
            session.exitHook(),
            parted.servers());
    String first = parted.own().isEmpty() ? "" : parted.own().getFirst();
    return commands(own, first).execute(asked(parted.own()));
  }

  /** {@code help x} is what many type for {@code x --help}. */
  private static String[] asked(List<String> arguments) {
    if (arguments.isEmpty() || !arguments.getFirst().equals("help")) {
      return arguments.toArray(String[]::new);
    }
    return Stream.concat(arguments.stream().skip(1), Stream.of("--help")).toArray(String[]::new);
  }

  private static CommandLine commands(Session session, String first) {
    CommandLine root = Command.group("stoker", "Keeps local inference servers running.", List.of());
    commandsFor(session, first).forEach(root::addSubcommand);
    root.getCommandSpec().version("stoker " + VersionText.version());
    root.getCommandSpec()
        .usageMessage()
        .footer(
            "",
            "Begin with:  stoker up demo --install     or, in seconds:  stoker up demo --practice",
            "Exit codes:  0 ok, 1 internal, 2 usage, 3 environment, 4 resource, 5 server or Hub,",
            "             6 timeout, 7 declined, 128+n ended by signal n (docs/errors.md)");
    root.setOut(writer(session.terminal().out()));
    root.setErr(writer(session.terminal().err()));
    root.setParameterExceptionHandler((problem, _) -> onBadParameter(session, problem));
    root.setExecutionExceptionHandler((problem, _, _) -> onFailure(session, problem));
    return root;
  }

  /** Each command by its name, made when it is needed: to make all of them takes a while. */
  private static Map<String, Supplier<CommandLine>> makers(Session session) {
    Map<String, Supplier<CommandLine>> makers = new LinkedHashMap<>();
    makers.put("up", () -> UpCommand.create(session));
    makers.put("serve", () -> ServeCommand.create(session));
    makers.put("start", () -> LifecycleCommands.start(session));
    makers.put("stop", () -> LifecycleCommands.stop(session));
    makers.put("restart", () -> LifecycleCommands.restart(session));
    makers.put("switch", () -> LifecycleCommands.switchModel(session));
    makers.put("ask", () -> AskCommand.create(session));
    makers.put("status", () -> StatusCommands.status(session));
    makers.put("logs", () -> LogsCommand.create(session));
    makers.put("services", () -> StatusCommands.services(session));
    makers.put("history", () -> HistoryCommands.history(session));
    makers.put("incidents", () -> HistoryCommands.incidents(session));
    makers.put("doctor", () -> DoctorCommands.doctor(session));
    makers.put("explain", () -> DoctorCommands.explain(session));
    makers.put("models", () -> ModelsCommands.create(session));
    makers.put("bundle", () -> BundleCommands.create(session));
    makers.put("fit", () -> FitCommand.create(session));
    makers.put("gpus", () -> GpusCommand.create(session));
    makers.put("keys", () -> KeysCommands.create(session));
    makers.put("reload", () -> ReloadCommand.create(session));
    makers.put("sweep", () -> SweepCommand.create(session));
    makers.put("engine", () -> EngineCommands.create(session));
    makers.put("config", () -> ConfigCommands.create(session));
    makers.put("version", () -> SmallCommands.version(session));
    makers.put("completion", () -> CompletionCommand.create(session));
    makers.put("man", () -> ManCommand.create(session));
    makers.put("train", () -> TrainCommand.create(session));
    return makers;
  }

  /** The named command alone; all of them where help, or a script made of all, may be wanted. */
  private static List<CommandLine> commandsFor(Session session, String first) {
    Map<String, Supplier<CommandLine>> makers = makers(session);
    Supplier<CommandLine> named = NEED_ALL.contains(first) ? null : makers.get(first);
    return named != null
        ? List.of(named.get())
        : makers.values().stream().map(Supplier::get).toList();
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  private static int onBadParameter(Session session, ParameterException problem) {
    CommandLine command = problem.getCommandLine();
    session.terminal().say(session.terminal().red("error") + " " + problem.getMessage());
    if (problem instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      session.terminal().say("  did you mean: " + String.join(", ", unmatched.getSuggestions()));
    }
    if (TAKE_SERVER_ARGUMENTS.contains(command.getCommandName())
        && problem instanceof UnmatchedArgumentException unmatched
        && unmatched.getUnmatched().getFirst().startsWith("--")) {
      session
          .terminal()
          .say("  what is for the server goes behind '--', as in 'stoker up demo -- --seed 1'");
    }
    session.terminal().say("  see '" + command.getCommandSpec().qualifiedName() + " --help'");
    return ExitCodes.USAGE;
  }

  private static int onFailure(Session session, Exception problem) {
    if (problem instanceof LifecycleException known) {
      FailureText.print(session.terminal(), known.failure());
      return ExitCodes.of(known.failure().code().kind());
    }
    log.atError().setCause(problem).log("command failed");
    FailureText.print(session.terminal(), new Internal(String.valueOf(problem)));
    return ExitCodes.INTERNAL;
  }
}
