package dev.stoker.infrastructure.output;

import dev.stoker.application.port.out.ServerOutput;
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

  @Inject
  FileServerOutput() {}

  @Override
  public Cursor open(Path log) {
    return new FileCursor(log, 0);
  }

  @Override
  public List<String> tail(Path log, int most) {
    LineSplitter splitter = new LineSplitter();
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
      long from = Math.max(0, channel.size() - TAIL_BYTES);
      ByteBuffer buffer = ByteBuffer.allocate((int) (channel.size() - from));
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
    private static final int MOST_AT_ONCE = 1 << 18;

    private final Path log;
    private final LineSplitter splitter = new LineSplitter();
    private long position;

    FileCursor(Path log, long position) {
      this.log = log;
      this.position = position;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public List<String> next() {
      try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
        long fresh = channel.size() - position;
        if (fresh <= 0) {
          return List.of();
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(fresh, MOST_AT_ONCE));
        int read = channel.read(buffer, position);
        if (read <= 0) {
          return List.of();
        }
        position += read;
        return splitter.split(buffer.array(), read);
      } catch (IOException e) {
        // Not there yet, or not readable at this moment: the next look goes on at the same place.
        return List.of();
      }
    }
  }
}
