package dev.stoker.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One touch of the real world by a Stoker, as {@link Recorder} wrote it down.
 *
 * @param begin when it began, in nanoseconds of the machine's monotonic clock
 * @param end when it was over, or when Stoker was dead that was killed before that
 * @param what which, such as {@code launch}; {@code exit} and {@code gone} are told by the world
 * @param subject what it is about: {@code service:epoch:port} of a lease, {@code pid@start} of a
 *     process, the number of a port
 * @param answer what came of it, empty where nothing was told, {@link #UNKNOWN} when Stoker was
 *     killed before that
 */
public record Touch(long begin, long end, String what, String subject, String answer) {
  /** Whether it was done, nobody knows. */
  static final String UNKNOWN = "?";

  private static final int FIELDS = 6;

  /** {@return whether Stoker lived to see its end} */
  boolean isOver() {
    return !answer.equals(UNKNOWN);
  }

  /** {@return whether both went on at the same time, as far as anybody can tell} */
  boolean overlaps(Touch other) {
    return begin <= other.end && other.begin <= end;
  }

  /** {@return service and number of the launch that it is about} */
  String launch() {
    return subject.substring(0, subject.lastIndexOf(':'));
  }

  /** {@return the last part of the subject} */
  String port() {
    return subject.substring(subject.lastIndexOf(':') + 1);
  }

  /** {@return what the lines of a trace tell, in the order in which they begin} */
  public static List<Touch> parse(List<String> lines) {
    List<Touch> touches = new ArrayList<>();
    Map<String, Integer> open = new HashMap<>();
    for (String line : lines) {
      String[] fields = line.split("\t", FIELDS);
      if (fields.length < FIELDS) {
        // The last line of one that was killed while it wrote.
        continue;
      }
      long at = Long.parseLong(fields[0]);
      String id = fields[1];
      String life = id.substring(0, id.indexOf('-') + 1);
      // One Stoker at a time: another that does something shows that the one before is dead.
      open.entrySet().removeIf(each -> isOfAnother(each.getKey(), life) && end(touches, each, at));
      Integer index = open.remove(id);
      if (fields[2].equals("=")) {
        touches.add(new Touch(at, at, fields[3], fields[4], fields[5]));
      } else if (fields[2].equals(">")) {
        open.put(id, touches.size());
        touches.add(new Touch(at, Long.MAX_VALUE, fields[3], fields[4], UNKNOWN));
      } else if (index != null) {
        Touch begun = touches.get(index);
        touches.set(index, new Touch(begun.begin, at, begun.what, begun.subject, fields[5]));
      }
    }
    return touches;
  }

  private static boolean isOfAnother(String id, String life) {
    return !life.isEmpty() && !id.startsWith(life);
  }

  private static boolean end(List<Touch> touches, Map.Entry<String, Integer> open, long at) {
    Touch begun = touches.get(open.getValue());
    touches.set(open.getValue(), new Touch(begun.begin, at, begun.what, begun.subject, UNKNOWN));
    return true;
  }

  /** {@return one line of a trace, without its end} */
  static String line(
      long at, String id, String mark, String what, String subject, @Nullable String answer) {
    return at
        + "\t"
        + id
        + "\t"
        + mark
        + "\t"
        + what
        + "\t"
        + subject
        + "\t"
        + (answer == null ? "" : answer);
  }
}
