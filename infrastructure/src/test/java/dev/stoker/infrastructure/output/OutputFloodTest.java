package dev.stoker.infrastructure.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.application.port.out.ServerOutput.Cursor;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that prints without end, read and kept within its size meanwhile; on a real file, with
 * real holes. The writer never waits for anybody: it writes into a file.
 */
@Timeout(180)
class OutputFloodTest {
  private static final ByteSize MOST = new ByteSize(64L << 20);
  private static final int LINE = 100;
  private static final long PAGE = 1 << 16;
  private static final long BETWEEN_LOOKS = 200_000_000;
  private static final Pattern DROPPED = Pattern.compile("\\[stoker] .* of output dropped here.*");

  @TempDir Path folder;

  /** Writes so many megabytes, so many a second, in numbered lines of 100 bytes. */
  private static Thread writer(Path log, int megabytes, int perSecond, AtomicLong written) {
    return Thread.ofPlatform()
        .start(
            () -> {
              byte[] pad = ".".repeat(LINE - 11).getBytes(StandardCharsets.US_ASCII);
              long began = System.nanoTime();
              long lines = megabytes * 1_000_000L / LINE;
              try (OutputStream out =
                  Files.newOutputStream(
                      log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                byte[] block = new byte[LINE * 1000];
                for (long line = 0; line < lines; line += 1000) {
                  for (int i = 0; i < 1000; i++) {
                    byte[] number =
                        String.format(Locale.ROOT, "%010d", line + i)
                            .getBytes(StandardCharsets.US_ASCII);
                    System.arraycopy(number, 0, block, i * LINE, 10);
                    System.arraycopy(pad, 0, block, i * LINE + 10, pad.length);
                    block[i * LINE + LINE - 1] = '\n';
                  }
                  out.write(block);
                  written.addAndGet(block.length);
                  long due = began + written.get() * 1000 / perSecond;
                  LockSupport.parkNanos(due - System.nanoTime());
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  private ServerOutput output() {
    return Infrastructure.create(
            new Settings(Map.of("STOKER_HOME", folder.resolve("home").toString()), folder, folder))
        .serverOutput();
  }

  /** What came through, and whether the numbers have gaps only where that was said. */
  private static final class Tally {
    private long lines;
    private long gaps;
    private long markers;
    private long next;
    private boolean excused;

    void take(List<String> part) {
      for (String line : part) {
        Matcher dropped = DROPPED.matcher(line);
        if (dropped.matches()) {
          markers++;
          excused = true;
          continue;
        }
        assertThat(line).hasSize(LINE - 1);
        long number = Long.parseLong(line.substring(0, 10));
        if (number != next) {
          assertThat(excused).as("a gap before %d that was not said", number).isTrue();
          gaps += number - next;
        }
        excused = false;
        next = number + 1;
        lines++;
      }
    }
  }

  private Tally flood(int megabytes, int perSecond, boolean readMeanwhile) throws Exception {
    Path log = folder.resolve(perSecond + ".log");
    ServerOutput output = output();
    AtomicLong written = new AtomicLong();
    Tally tally = new Tally();
    Cursor cursor = output.open(log);
    Thread writer = writer(log, megabytes, perSecond, written);
    long largest = 0;
    while (writer.isAlive()) {
      long look = System.nanoTime() + BETWEEN_LOOKS;
      while (System.nanoTime() < look) {
        if (readMeanwhile) {
          tally.take(cursor.next());
        } else {
          Thread.onSpinWait();
        }
      }
      largest = Math.max(largest, occupied(log));
      output.keepWithin(log, MOST);
    }
    writer.join();
    output.keepWithin(log, MOST);
    long before = -1;
    while (cursor.position() > before) {
      before = cursor.position();
      tally.take(cursor.next());
    }
    System.out.printf(
        "flood of %d MB at %d MB/s: %d lines read, %d dropped in %d places; the file never took"
            + " more than %d MiB%n",
        megabytes, perSecond, tally.lines, tally.gaps, tally.markers, largest >> 20);
    assertThat((tally.lines + tally.gaps) * LINE).as("read or counted").isEqualTo(written.get());
    assertThat(occupied(log)).isPositive().isLessThanOrEqualTo(MOST.bytes() + PAGE);
    // Beside what is kept what comes between two looks; many times that, on a busy machine.
    assertThat(largest).isLessThan(MOST.bytes() + perSecond * 1_000_000L);
    return tally;
  }

  /** {@return how many bytes it takes on the disk} */
  private static long occupied(Path log) throws IOException {
    Process stat =
        new ProcessBuilder("stat", "--format", "%b", log.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    return blocks.isBlank() ? 0 : 512L * Long.parseLong(blocks.strip());
  }

  @Test
  void atTwentyMegabytesASecondNothingIsLost() throws Exception {
    Tally tally = flood(160, 20, true);

    assertThat(tally.gaps).isZero();
    assertThat(tally.lines).isEqualTo(1_600_000);
  }

  @Test
  void atAHundredWhatIsLostIsSaidAndCounted() throws Exception {
    Tally tally = flood(600, 100, true);

    assertThat(tally.markers == 0).isEqualTo(tally.gaps == 0);
  }

  @Test
  void whoReadsLaterIsToldHowMuchIsGone() throws Exception {
    Tally tally = flood(200, 200, false);

    assertThat(tally.markers).isEqualTo(1);
    assertThat(tally.gaps).isGreaterThan(1_000_000);
  }
}
