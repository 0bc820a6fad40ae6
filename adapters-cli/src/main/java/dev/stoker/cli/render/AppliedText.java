package dev.stoker.cli.render;

import dev.stoker.application.ServiceChange;
import dev.stoker.application.port.in.ConfigurationReload.Applied;

/** What a reload touched, in words. */
public final class AppliedText {
  private AppliedText() {}

  /** Prints it, a line for each service. */
  public static void print(Terminal terminal, Applied applied) {
    applied.notes().forEach(note -> terminal.say("note: " + note));
    if (applied.changes().isEmpty()) {
      terminal.result("No service is configured.");
    }
    applied.changes().forEach(change -> terminal.result(line(change)));
  }

  private static String line(ServiceChange change) {
    String keys = String.join(", ", change.keys());
    return change.service()
        + ": "
        + switch (change.kind()) {
          case UNCHANGED -> "unchanged";
          case ADDED -> "added";
          case CHANGED -> "changed " + keys;
          case RESTARTED -> "restarted for " + keys;
          case REMOVED -> "removed; it is being stopped";
        };
  }
}
