package dev.stoker.infrastructure.output;

import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.domain.unit.ByteSize;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads the files that servers print into. */
final class FileServerOutput implements ServerOutput {
  /** As much of the end of a file as the last lines are looked for in. */
  private static final int TAIL_BYTES = 1 << 20;

  private final OutputCap cap;

  @Inject
  FileServerOutput(OutputCap cap) {
    this.cap = cap;
  }

  @Override
  public Cursor open(Path log) {
    return new FileCursor(log);
  }

  @Override
  public boolean keepWithin(Path log, ByteSize most) {
    return cap.keepWithin(log, most);
  }

  @Override
  public List<String> tail(Path log, int most) {
    LineSplitter splitter = new LineSplitter();
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
      long size = channel.size();
      long from = Math.max(OutputCap.droppedOf(log, size).begins(), size - TAIL_BYTES);
      ByteBuffer buffer = ByteBuffer.allocate((int) (size - from));
      int read = 0;
      while (buffer.hasRemaining() && read >= 0) {
        read = channel.read(buffer, from + buffer.position());
      }
      List<String> lines = splitter.split(buffer.array(), buffer.position());
      List<String> all = splitter.rest().map(rest -> append(lines, rest)).orElse(lines);
      return all.subList(Math.max(0, all.size() - most), all.size());
    } catch (IOException e) {
      return List.of();
    }
  }

  @Override
  public List<String> read(InputStream output, int first, int last) {
    LineSplitter splitter = new LineSplitter();
    List<String> head = new ArrayList<>();
    Deque<String> tail = new ArrayDeque<>();
    byte[] buffer = new byte[1 << 16];
    try {
      int read = output.read(buffer);
      while (read >= 0) {
        splitter.split(buffer, read).forEach(line -> keep(line, head, first, tail, last));
        read = output.read(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    splitter.rest().ifPresent(line -> keep(line, head, first, tail, last));
    head.addAll(tail);
    return head;
  }

  private static void keep(
      String line, List<String> head, int first, Deque<String> tail, int last) {
    if (head.size() < first) {
      head.add(line);
      return;
    }
    tail.addLast(line);
    if (tail.size() > last) {
      tail.removeFirst();
    }
  }

  private static List<String> append(List<String> lines, String rest) {
    lines.add(rest);
    return lines;
  }

  /** A place in a file that may grow, and may not be there yet. */
  private static final class FileCursor implements Cursor {
    private static final int MOST_AT_ONCE = 1 << 20;

    private final Path log;
    private final LineSplitter splitter = new LineSplitter();

    /** Counted over all that was printed, what is gone with it. */
    private long position;

    FileCursor(Path log) {
      this.log = log;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public List<String> next() {
      List<String> lines = new ArrayList<>();
      try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
        OutputCap.Dropped dropped = OutputCap.droppedOf(log, channel.size());
        skip(dropped, lines);
        long place = position - dropped.dropped() + dropped.begins();
        long fresh = channel.size() - place;
        if (fresh <= 0) {
          return lines;
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(fresh, MOST_AT_ONCE));
        int read = channel.read(buffer, place);
        if (!OutputCap.droppedOf(log, channel.size()).equals(dropped)) {
          // What was read may be zeros by now.
          lines.addAll(next());
        } else if (read > 0) {
          position += read;
          lines.addAll(splitter.split(buffer.array(), read));
        }
      } catch (IOException e) {
        // Not there yet, or not readable at this moment: the next look goes on at the same place.
        return lines;
      }
      return lines;
    }

    /** What is gone before it was read is counted, and said where it stood. */
    private void skip(OutputCap.Dropped dropped, List<String> lines) {
      long lost = dropped.dropped() - position;
      if (lost > 0) {
        splitter.rest().ifPresent(lines::add);
        lines.add(
            OWN_WORDS
                + new ByteSize(lost)
                + " of output dropped here: more was printed than is kept");
        position = dropped.dropped();
      }
    }
  }
}
