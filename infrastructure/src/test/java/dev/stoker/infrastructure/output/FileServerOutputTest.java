package dev.stoker.infrastructure.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.out.ServerOutput.Cursor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileServerOutputTest {
  @TempDir Path folder;
  private final FileServerOutput output = new FileServerOutput();

  private Path log() {
    return folder.resolve("1.log");
  }

  private void print(String text) throws IOException {
    Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
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
}
