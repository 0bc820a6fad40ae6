package dev.stoker.domain.gpu;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error that NVIDIA's driver reports by number (docs.nvidia.com/deploy/xid-errors; {@code
 * facts-hub-and-gpu.md} G5).
 *
 * @param number the driver's
 * @param meaning a few words
 * @param gravity what it takes
 */
public record Xid(int number, String meaning, Gravity gravity) {
  private static final Pattern KERNEL_LINE =
      Pattern.compile("NVRM: Xid \\((PCI:[0-9a-fA-F:.]+)\\): (\\d{1,9})\\b");

  /** Domain, bus and device, function: of the domain the kernel prints four digits. */
  private static final Pattern BUS =
      Pattern.compile("(?:[0-9a-fA-F]{4})?([0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2})\\.\\d");

  /** What it takes to be rid of it. */
  public enum Gravity {
    /** Nothing: it tells of another's end, or of the application's own fault. */
    APPLICATION(false),
    /** The application is to be started again. */
    RESTART(false),
    /** The accelerator is to be reset; until then it fails again. */
    RESET(true),
    /** The machine is to be rebooted. */
    REBOOT(true);

    private final boolean lasting;

    Gravity(boolean lasting) {
      this.lasting = lasting;
    }

    /** {@return whether starting again on that accelerator fails the same way} */
    public boolean isLasting() {
      return lasting;
    }
  }

  private static final Map<Integer, Xid> KNOWN =
      Map.ofEntries(
          entry(13, "a program computed what it may not", Gravity.APPLICATION),
          entry(31, "a program reached for memory that is not its own", Gravity.APPLICATION),
          entry(32, "a program's commands were broken on the way", Gravity.APPLICATION),
          entry(43, "a program was stopped", Gravity.APPLICATION),
          entry(45, "what a program had begun was removed", Gravity.APPLICATION),
          entry(46, "the GPU stopped computing", Gravity.RESET),
          entry(48, "two bits of its memory were wrong", Gravity.RESET),
          entry(62, "its own controller halted", Gravity.RESET),
          entry(63, "a part of its memory is to be replaced by a spare one", Gravity.APPLICATION),
          entry(64, "a part of its memory could not be replaced", Gravity.RESET),
          entry(69, "a program computed what it may not", Gravity.APPLICATION),
          entry(74, "the link between GPUs failed", Gravity.RESET),
          entry(79, "it fell off the bus", Gravity.REBOOT),
          entry(92, "many single bits of its memory were wrong", Gravity.APPLICATION),
          entry(94, "an error of its memory hit one program", Gravity.RESTART),
          entry(95, "an error of its memory could not be contained", Gravity.RESET),
          entry(109, "a change between programs took too long", Gravity.RESET),
          entry(119, "its system processor does not answer", Gravity.RESET),
          entry(120, "its system processor failed", Gravity.RESET),
          entry(136, "a link could not be set up", Gravity.RESET),
          entry(140, "an error of its memory was not recovered", Gravity.RESET),
          entry(143, "it could not be set up", Gravity.RESET),
          entry(155, "the link's software failed", Gravity.RESET),
          entry(156, "a part of it was taken out of use", Gravity.RESET),
          entry(158, "it did not answer, and that is fatal", Gravity.RESET));

  private static Map.Entry<Integer, Xid> entry(int number, String meaning, Gravity gravity) {
    return Map.entry(number, new Xid(number, meaning, gravity));
  }

  /** {@return what that number means; of one that is not known here, that} */
  public static Xid of(int number) {
    return KNOWN.getOrDefault(
        number, new Xid(number, "see NVIDIA's list of Xid errors", Gravity.RESTART));
  }

  /** {@return the error that a line of the kernel's log reports, or empty} */
  public static Optional<Xid> inKernelLine(String line) {
    Matcher found = KERNEL_LINE.matcher(line);
    return found.find() ? Optional.of(of(Integer.parseInt(found.group(2)))) : Optional.empty();
  }

  /**
   * {@return whether a line of the kernel's log is about the accelerator on that bus}
   *
   * @param bus as a driver's tool prints it, such as {@code 00000000:83:00.0}
   */
  public static boolean isOf(String line, String bus) {
    Matcher found = KERNEL_LINE.matcher(line);
    Matcher place = BUS.matcher(bus);
    return found.find()
        && place.matches()
        && found
            .group(1)
            .toLowerCase(Locale.ROOT)
            .contains(place.group(1).toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return "Xid " + number + ": " + meaning;
  }
}
