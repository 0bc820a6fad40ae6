package dev.stoker.infrastructure.output;

import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.PrivateFiles;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

  /**
   * {@return what is gone of it}
   *
   * @param size of the file; where somebody emptied it, it begins at its beginning
   * @throws IOException when that cannot be read
   */
  static Dropped droppedOf(Path output, long size) throws IOException {
    String text;
    try {
      text = Files.readString(markOf(output));
    } catch (NoSuchFileException e) {
      return Dropped.NOTHING;
    }
    Matcher mark = MARK.matcher(text);
    if (!mark.matches()) {
      return Dropped.NOTHING;
    }
    long begins = Long.parseLong(mark.group(1));
    return new Dropped(begins > size ? 0 : begins, Long.parseLong(mark.group(2)));
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
      Dropped before = droppedOf(output, size);
      if (size - before.begins() <= most.bytes()) {
        return false;
      }
      long begins = lineAfter(output, size - most.bytes() / 2);
      Dropped after = new Dropped(begins, before.dropped() + begins - before.begins());
      // First the mark, then the hole: who reads meanwhile must not take zeros for lines.
      mark(output, after);
      switch (punch(output, begins)) {
        case DONE -> {}
        case NO_HOLES -> {
          after = truncated(output, before);
          mark(output, after);
        }
        case NOT_TRIED -> {
          mark(output, before);
          return false;
        }
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

  private enum Punched {
    DONE,
    /** The file system has none. */
    NO_HOLES,
    /** That says nothing of the file: the next look tries again. */
    NOT_TRIED
  }

  private Punched punch(Path output, long to) {
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
      int code = commands.run(command, Map.of("PATH", "/usr/bin:/bin"), Path.of("/"), _ -> {});
      return code == 0 ? Punched.DONE : Punched.NO_HOLES;
    } catch (IOException e) {
      log.atWarn().addKeyValue("problem", e.getMessage()).log("no hole made");
      return Punched.NOT_TRIED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Punched.NOT_TRIED;
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
