package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Garbage made of real output, from bytes on the disk to verdicts: nothing throws, lines stay short
 * and clean, and what is kept does not grow.
 */
@Timeout(1800)
class OutputFuzzTest {
  private static final long LINES = Long.getLong("fuzz.lines", 300_000);
  private static final int BATCH = 20_000;
  private static final Pattern UNCLEAN =
      Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f\\u0080-\\u009f]");

  @TempDir Path folder;
  private final Random random = new Random(11);
  private final List<byte[]> real =
      Corpus.entries().stream()
          .flatMap(entry -> entry.lines().stream())
          .map(line -> line.getBytes(StandardCharsets.UTF_8))
          .toList();

  private byte[] pick() {
    return real.get(random.nextInt(real.size()));
  }

  /** A line that was printed once, and what may become of it. */
  private void garble(OutputStream out) throws IOException {
    byte[] line = pick();
    switch (random.nextInt(12)) {
      case 0 -> out.write(line, 0, random.nextInt(line.length + 1));
      case 1 -> {
        int from = random.nextInt(line.length + 1);
        out.write(line, from, line.length - from);
      }
      case 2 -> {
        out.write(line, 0, random.nextInt(line.length + 1));
        out.write(pick());
      }
      case 3 -> {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        out.write(noise);
      }
      case 4 -> {
        byte[] flipped = line.clone();
        for (int i = 0; i < 3 && flipped.length > 0; i++) {
          flipped[random.nextInt(flipped.length)] = (byte) random.nextInt();
        }
        out.write(flipped);
      }
      case 5 -> {
        out.write("\u001b[1;36m".getBytes(StandardCharsets.UTF_8));
        out.write(line);
        out.write("\u001b[0m\u001b]0;x".getBytes(StandardCharsets.UTF_8));
      }
      case 6 -> {
        out.write(line);
        out.write('\r');
        return;
      }
      default -> out.write(line);
    }
    out.write('\n');
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void garbageHarmsNothing() throws IOException {
    ServerOutput output =
        Infrastructure.create(
                new Settings(
                    Map.of("STOKER_HOME", folder.resolve("home").toString()), folder, folder))
            .serverOutput();
    Path log = folder.resolve("1.log");
    ServerOutput.Cursor cursor = output.open(log);
    Corpus.Entry any = Corpus.entries().getFirst();
    long lines = 0;
    long bytes = 0;
    long signs = 0;
    long usedBefore = used();
    while (lines < LINES) {
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(
                  log,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.APPEND))) {
        for (int i = 0; i < BATCH; i++) {
          garble(out);
        }
        if (random.nextInt(8) == 0) {
          out.write("x".repeat(3_000_000).getBytes(StandardCharsets.UTF_8));
        }
      }
      long before = -1;
      while (cursor.position() > before) {
        before = cursor.position();
        List<String> part = cursor.next();
        for (String line : part) {
          assertThat(line.length()).isLessThanOrEqualTo(8192);
          assertThat(UNCLEAN.matcher(line).find()).as(line).isFalse();
          signs += VllmOutputReader.read(line).size();
        }
        lines += part.size();
        assertThat(
                VllmFailureClassifier.explain(
                        any.subject(),
                        "starting",
                        Evidence.of(part.subList(0, Math.min(400, part.size()))))
                    .failure()
                    .evidence()
                    .lines())
            .hasSizeLessThanOrEqualTo(15);
      }
      bytes = cursor.position();
      // As the keeper of the output does: the file does not grow either.
      output.keepWithin(log, new ByteSize(8 << 20));
    }
    long grown = used() - usedBefore;
    System.out.printf(
        "fuzz: %,d lines of %,d MB, %,d signs; kept after it: %,d KiB%n",
        lines, bytes >> 20, signs, grown >> 10);
    assertThat(signs).isPositive();
    assertThat(grown).isLessThan(32L << 20);
  }
}
