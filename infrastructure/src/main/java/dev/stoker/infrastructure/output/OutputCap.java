package dev.stoker.infrastructure.output;

import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.PrivateFiles;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a server's output within a size while the server writes on, never blocked: the oldest part
 * becomes a hole in the file, which takes no room ({@code fallocate(2)}, by the program of
 * util-linux). Where the file system has no holes, all of it is dropped. How much was dropped
 * stands beside the file.
 */
final class OutputCap {
  private static final Logger log = LoggerFactory.getLogger(OutputCap.class);
  private static final Pattern MARK = Pattern.compile("begins=(\\d{1,18}) dropped=(\\d{1,18})\\s*");

  private final Commands commands;

  @Inject
  OutputCap(Commands commands) {
    this.commands = commands;
  }

  /**
   * What of an output is gone.
   *
   * @param begins at which byte of the file what is left begins; the beginning of a line
   * @param dropped how many bytes were printed before it
   */
  record Dropped(long begins, long dropped) {
    static final Dropped NOTHING = new Dropped(0, 0);
  }

  static Dropped droppedOf(Path output) {
    try {
      Matcher mark = MARK.matcher(Files.readString(markOf(output)));
      return mark.matches()
          ? new Dropped(Long.parseLong(mark.group(1)), Long.parseLong(mark.group(2)))
          : Dropped.NOTHING;
    } catch (IOException e) {
      return Dropped.NOTHING;
    }
  }

  private static Path markOf(Path output) {
    return output.resolveSibling(output.getFileName() + ".dropped");
  }

  /**
   * Drops the oldest part where there is more than that; half of it stays.
   *
   * @return whether something was dropped
   */
  boolean keepWithin(Path output, ByteSize most) {
    try {
      long size = Files.size(output);
      Dropped before = droppedOf(output);
      if (size - before.begins() <= most.bytes()) {
        return false;
      }
      long begins = lineAfter(output, size - most.bytes() / 2);
      Dropped after = new Dropped(begins, before.dropped() + begins - before.begins());
      // First the mark, then the hole: who reads meanwhile must not take zeros for lines.
      mark(output, after);
      if (!punch(output, begins)) {
        after = truncated(output, before);
        mark(output, after);
      }
      log.atWarn()
          .addKeyValue("output", output)
          .addKeyValue("dropped", after.dropped())
          .log("output dropped");
      return true;
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("output", output)
          .addKeyValue("problem", e.getMessage())
          .log("output not kept within its size");
      return false;
    }
  }

  private static void mark(Path output, Dropped dropped) throws IOException {
    PrivateFiles.write(
        markOf(output), "begins=" + dropped.begins() + " dropped=" + dropped.dropped());
  }

  /** {@return where the first line begins from there on; there, in one that is very long} */
  private static long lineAfter(Path output, long from) throws IOException {
    try (FileChannel channel = FileChannel.open(output, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(LineSplitter.LONGEST_LINE);
      int read = channel.read(buffer, from);
      for (int i = 0; i < read; i++) {
        if (buffer.get(i) == '\n') {
          return from + i + 1;
        }
      }
      return from;
    }
  }

  private boolean punch(Path output, long to) {
    List<String> command =
        List.of(
            "fallocate",
            "--punch-hole",
            "--offset",
            "0",
            "--length",
            Long.toString(to),
            output.toString());
    try {
      return commands.run(command, Map.of("PATH", "/usr/bin:/bin"), Path.of("/"), _ -> {}) == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The server appends: what it writes next stands at the beginning. */
  private static Dropped truncated(Path output, Dropped before) throws IOException {
    try (FileChannel channel = FileChannel.open(output, StandardOpenOption.WRITE)) {
      long size = channel.size();
      channel.truncate(0);
      return new Dropped(0, before.dropped() + size - before.begins());
    }
  }
}
