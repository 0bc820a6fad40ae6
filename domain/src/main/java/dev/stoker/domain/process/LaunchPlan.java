package dev.stoker.domain.process;

import java.util.List;
import java.util.Map;

/**
 * How a server is to be launched: all of its command line and all of its environment.
 *
 * @param command program and arguments; never holds a secret
 * @param python a Python 3 that can run the few lines which give the server a session of its own
 * @param environment every variable the server will see, and no other; may hold secrets
 */
public record LaunchPlan(List<String> command, String python, Map<String, String> environment) {
  /** Copies both. */
  public LaunchPlan {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** {@return the command line as one would type it; the environment is left out} */
  public String shellLine() {
    StringBuilder line = new StringBuilder();
    for (String word : command) {
      line.append(line.isEmpty() ? "" : " ").append(quoted(word));
    }
    return line.toString();
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** Leaves the environment out: it may hold secrets. */
  @Override
  public String toString() {
    return shellLine();
  }
}
