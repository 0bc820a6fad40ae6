package dev.stoker.infrastructure.gpu;

import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the programs of the drivers, in English, with what they need of the environment. */
final class Tools {
  /** Where they are beside the search path: in WSL, and as AMD installs them. */
  private static final List<String> ELSEWHERE =
      List.of("/usr/bin", "/usr/lib/wsl/lib", "/opt/rocm/bin");

  private static final List<String> KEPT = List.of("PATH", "LD_LIBRARY_PATH", "HOME");

  /** More than any answer has: a program that prints without end is not listened to further. */
  private static final int MOST_LINES = 20_000;

  private final Settings settings;
  private final Commands commands;

  @Inject
  Tools(Settings settings, Commands commands) {
    this.settings = settings;
    this.commands = commands;
  }

  /**
   * What a program said.
   *
   * @param code its exit code
   * @param lines both its outputs
   */
  record Said(int code, List<String> lines) {
    /** Copies the list. */
    Said {
      lines = List.copyOf(lines);
    }

    String text() {
      return String.join("\n", lines);
    }

    /** {@return the first line that is not empty, cut} */
    String firstLine() {
      return lines.stream()
          .filter(line -> !line.isBlank())
          .map(line -> line.strip().substring(0, Math.min(200, line.strip().length())))
          .findFirst()
          .orElse("");
    }
  }

  /** {@return the program, or null where there is none} */
  @Nullable Path find(String program) {
    List<String> places = new ArrayList<>();
    places.addAll(List.of(settings.environment().getOrDefault("PATH", "").split(":")));
    places.addAll(ELSEWHERE);
    return places.stream()
        .filter(place -> place.startsWith("/"))
        .map(place -> Path.of(place, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /**
   * {@return what it said; the caller's interrupt ends it}
   *
   * @throws IOException when it cannot be run, or was interrupted
   */
  Said run(Path program, List<String> arguments) throws IOException {
    List<String> lines = new ArrayList<>();
    int code =
        run(
            program,
            arguments,
            line -> {
              if (lines.size() < MOST_LINES) {
                lines.add(line);
              }
            });
    return new Said(code, lines);
  }

  /** As above, told line by line on a thread of its own. */
  int run(Path program, List<String> arguments, Consumer<String> line) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    Map<String, String> environment = new HashMap<>();
    KEPT.forEach(
        name -> {
          String value = settings.environment().get(name);
          if (value != null) {
            environment.put(name, value);
          }
        });
    environment.put("LC_ALL", "C");
    try {
      return commands.run(command, environment, Path.of("/"), line);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(program.getFileName() + " did not end in time", e);
    }
  }
}
