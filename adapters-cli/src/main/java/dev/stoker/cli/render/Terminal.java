package dev.stoker.cli.render;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a command prints: results on standard output, everything else on standard error. No colour
 * and no bar where it is no terminal.
 */
@SuppressWarnings(
    "SystemConsoleNull") // Null it is where no module brings another console than the JDK's own.
public final class Terminal {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean interactive;
  private final boolean colour;

  /** A terminal on these streams, for tests. */
  public Terminal(PrintStream out, PrintStream err, boolean interactive, boolean colour) {
    this.out = out;
    this.err = err;
    this.interactive = interactive;
    this.colour = colour;
  }

  /** {@return the terminal of this process} */
  public static Terminal ofThisProcess() {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    boolean plain = System.getenv("NO_COLOR") != null || "dumb".equals(System.getenv("TERM"));
    return new Terminal(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        terminal,
        terminal && !plain);
  }

  /** {@return whether a person sits before it, and can be asked} */
  public boolean isInteractive() {
    return interactive;
  }

  /** {@return the stream of results} */
  public PrintStream out() {
    return out;
  }

  /** {@return the stream of everything else} */
  public PrintStream err() {
    return err;
  }

  /** Prints a line of a result. */
  public void result(String line) {
    out.println(line);
  }

  /** {@return whether nobody reads the results any more, such as {@code head} that has enough} */
  public boolean isDeserted() {
    return out.checkError();
  }

  /** Prints a line about what is going on. */
  public void say(String line) {
    err.println(line);
  }

  /** {@return the text in bold where that can be shown} */
  public String bold(String text) {
    return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  /** {@return the text in red where that can be shown} */
  public String red(String text) {
    return colour ? "\u001b[31m" + text + "\u001b[0m" : text;
  }

  /** {@return whether a line can be drawn over itself} */
  public boolean canRedraw() {
    return colour;
  }

  /** Empties the screen, where it can be drawn on. */
  public void clearScreen() {
    if (colour) {
      out.print("\u001b[H\u001b[2J");
    }
  }

  /**
   * {@return the letter that the person chooses, lower case; empty where nobody can be asked}
   *
   * @param question what is asked, with the letters
   */
  public String choose(String question) {
    Console console = System.console();
    if (!interactive || console == null) {
      return "";
    }
    String answer = console.readLine("%s ", question);
    return answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
  }

  /** {@return whether the person says yes; no where nobody can be asked} */
  public boolean confirm(String question) {
    Console console = System.console();
    if (!interactive || console == null) {
      return false;
    }
    String answer = console.readLine("%s [y/N] ", question);
    return answer != null
        && (answer.strip().toLowerCase(Locale.ROOT).equals("y")
            || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
  }
}
