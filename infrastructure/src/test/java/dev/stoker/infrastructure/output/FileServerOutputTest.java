package dev.stoker.infrastructure.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.out.ServerOutput.Cursor;
import dev.stoker.domain.unit.ByteSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileServerOutputTest {
  @TempDir Path folder;
  private final List<List<String>> commands = new ArrayList<>();
  private boolean holes = true;

  private final FileServerOutput output =
      new FileServerOutput(
          new OutputCap(
              (command, _, _, _) -> {
                commands.add(command);
                return holes ? 0 : 1;
              }));

  private Path log() {
    return folder.resolve("1.log");
  }

  private void print(String text) throws IOException {
    Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aFileThatIsNotThereHasNoLines() {
    assertThat(output.open(log()).next()).isEmpty();
    assertThat(output.tail(log(), 9)).isEmpty();
  }

  @Test
  void followsAFileThatGrows() throws IOException {
    Cursor cursor = output.open(log());
    print("one\ntw");
    assertThat(cursor.next()).containsExactly("one");
    print("o\n");
    assertThat(cursor.next()).containsExactly("two");
    assertThat(cursor.next()).isEmpty();
    assertThat(cursor.position()).isEqualTo(8);
  }

  @Test
  void carriageReturnsEndALine() throws IOException {
    print("\rshards 0/2\rshards 2/2\n\n");

    assertThat(output.open(log()).next()).containsExactly("shards 0/2", "shards 2/2");
  }

  /** As of an output whose oldest part was dropped. */
  @Test
  void aHoleIsNoLineAndHidesNone() {
    String hole = "\0".repeat(3 * LineSplitter.LONGEST_LINE);

    assertThat(output.read(stream(hole + "one\ntwo\n"), 9, 9)).containsExactly("one", "two");
    assertThat(output.read(stream("a\0b\n" + hole), 9, 9)).containsExactly("ab");
  }

  @Test
  void terminalEscapesAndControlsAreRemoved() {
    assertThat(
            LineSplitter.clean(
                "\u001b[1;36m(A pid=1)\u001b[0;0m x\u0007\u001b]0;title\u0007y\u0000"))
        .isEqualTo("(A pid=1) xy");
  }

  @Test
  void hostileBytesDoNoHarm() {
    LineSplitter splitter = new LineSplitter();
    byte[] garbage = new byte[3_000_000];
    for (int i = 0; i < garbage.length; i++) {
      garbage[i] = (byte) (i % 251 == 10 ? 0xff : i * 31 | 0x80);
    }

    assertThat(splitter.split(garbage, garbage.length)).isEmpty();
    assertThat(splitter.rest().orElse("").length()).isLessThanOrEqualTo(LineSplitter.LONGEST_LINE);
  }

  @Test
  void theTailHasTheLastLines() throws IOException {
    print("a\nb\nc\nunfinished");

    assertThat(output.tail(log(), 2)).isEqualTo(List.of("c", "unfinished"));
    assertThat(output.tail(log(), 99)).hasSize(4);
  }

  @Test
  void utf8IsKept() throws IOException {
    Files.write(log(), "█ ok\n".getBytes(StandardCharsets.UTF_8));

    assertThat(output.open(log()).next()).containsExactly("█ ok");
  }

  private static String numbered(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> String.format(Locale.ROOT, "line %06d of the output%n", i))
        .collect(Collectors.joining());
  }

  @Test
  void whatIsTooMuchIsDroppedFromTheBeginningCountedAndSaid() throws IOException {
    print(numbered(0, 4000));
    Cursor early = output.open(log());
    output.keepWithin(log(), new ByteSize(1 << 16));
    print(numbered(4000, 4001));
    List<String> lines = new ArrayList<>(early.next());

    assertThat(commands).singleElement().asString().contains("--punch-hole, --offset, 0, --length");
    assertThat(lines.getFirst()).startsWith("[stoker] ").contains("dropped here");
    assertThat(lines.get(1)).matches("line \\d{6} of the output");
    assertThat(lines).hasSizeBetween(1200, 1300).last().isEqualTo("line 004000 of the output");
    assertThat(output.tail(log(), 5000)).hasSizeBetween(1200, 1300);
    assertThat(output.tail(log(), 1)).containsExactly("line 004000 of the output");
    output.keepWithin(log(), new ByteSize(1 << 16));
    assertThat(commands).as("within its size").hasSize(1);
  }

  @Test
  void whoHasReadItAlreadyLosesNothing() throws IOException {
    Cursor cursor = output.open(log());
    print(numbered(0, 4000));
    assertThat(cursor.next()).hasSize(4000);
    output.keepWithin(log(), new ByteSize(1 << 16));
    print(numbered(4000, 4001));

    assertThat(cursor.next()).containsExactly("line 004000 of the output");
  }

  @Test
  void whereThereAreNoHolesAllOfItIsDropped() throws IOException {
    holes = false;
    Cursor cursor = output.open(log());
    print(numbered(0, 4000));
    assertThat(cursor.next()).hasSize(4000);
    output.keepWithin(log(), new ByteSize(1 << 16));
    print("after\n");

    assertThat(Files.size(log())).isEqualTo(6);
    assertThat(cursor.next()).containsExactly("after");
    assertThat(output.tail(log(), 9)).containsExactly("after");
  }

  @Test
  void someTerminalsTakeTheseForEscapesToo() {
    assertThat(LineSplitter.clean("a\u009b31mb\u0085c")).isEqualTo("a31mbc");
  }

  @Test
  void aStreamIsReadToItsEndBoundedInMemory() {
    List<String> lines = output.read(stream(numbered(0, 50_000)), 3, 2);

    assertThat(lines)
        .containsExactly(
            "line 000000 of the output",
            "line 000001 of the output",
            "line 000002 of the output",
            "line 049998 of the output",
            "line 049999 of the output");
  }
}
