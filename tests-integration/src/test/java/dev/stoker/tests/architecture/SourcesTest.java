package dev.stoker.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds for every source file. */
class SourcesTest {
  private static final int LONGEST_FILE = 400;

  /** {@code mvn -pl tests-integration -am verify -Dformat.write=true} mends what this finds. */
  @Test
  void everyFileIsFormatted() throws IOException, FormatterException {
    boolean write = Boolean.getBoolean("format.write");
    List<Path> unformatted = new ArrayList<>();
    Formatter formatter = new Formatter();
    for (Path file : SourceTree.javaFiles("src")) {
      String source = SourceTree.read(file);
      String formatted = formatter.formatSourceAndFixImports(source);
      if (!formatted.equals(source)) {
        if (write) {
          Files.writeString(file, formatted);
        }
        unformatted.add(SourceTree.ROOT.relativize(file));
      }
    }

    assertThat(unformatted).isEmpty();
  }

  @Test
  void noFileIsTooLong() {
    assertThat(SourceTree.javaFiles("src"))
        .allSatisfy(
            file ->
                assertThat(SourceTree.read(file).lines().count())
                    .as(file.toString())
                    .isLessThanOrEqualTo(LONGEST_FILE));
  }

  @Test
  void everyExportedTypeIsDocumented() {
    List<String> found = new ArrayList<>();
    for (Path file : SourceTree.javaFiles("src/main/java")) {
      String text = SourceTree.read(file);
      int type = indexOfType(text);
      if (type >= 0 && !text.substring(0, type).stripTrailing().endsWith("*/")) {
        found.add(SourceTree.ROOT.relativize(file).toString());
      }
    }

    assertThat(found).isEmpty();
  }

  /** {@return where the first public type with its annotations begins, or -1} */
  private static int indexOfType(String text) {
    var matcher =
        Pattern.compile(
                "(?m)^(?:@\\w+(?:\\((?:[^()]|\\([^)]*\\))*\\))?(?: //[^\\n"
                    + "]*)?\\n"
                    + ")*public (?:final |sealed |abstract"
                    + " )*(?:class|record|enum|interface|@interface) ")
            .matcher(text);
    return matcher.find() ? matcher.start() : -1;
  }

  @Test
  void noTestSleepsOrIsSwitchedOff() {
    Pattern banned = Pattern.compile("Thread\\.sleep\\(|@Disabled|assertTrue\\(true\\)");

    assertThat(SourceTree.javaFiles("src/test/java"))
        .filteredOn(file -> !file.toString().contains("violations"))
        .filteredOn(file -> !file.endsWith("SourcesTest.java"))
        .allSatisfy(
            file ->
                assertThat(banned.matcher(SourceTree.read(file)).find())
                    .as(file.toString())
                    .isFalse());
  }
}
