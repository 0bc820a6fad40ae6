package dev.stoker.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The map of the specification and the tests' tags say the same. */
class SpecificationMapTest {
  private static final Path MAP = SourceTree.ROOT.resolve("docs/specification-map.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| ((?:FR|NFR|AC|UT|IT|PT)-\\d{3}) \\| ([^|]+) \\|");
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"([A-Z]+-\\d{3})\"\\)");
  private static final Pattern STATUS =
      Pattern.compile(
          "run|run against a stand-in only|cannot be measured here, because .+|part: .+|not yet");

  private static Map<String, String> statusById() {
    Map<String, String> rows = new HashMap<>();
    Matcher matcher = ROW.matcher(SourceTree.read(MAP));
    while (matcher.find()) {
      assertThat(rows.put(matcher.group(1), matcher.group(2).strip()))
          .as(matcher.group(1))
          .isNull();
    }
    return rows;
  }

  private static Set<String> tags() {
    Set<String> tags = new TreeSet<>();
    for (Path file : SourceTree.javaFiles("src/test/java")) {
      Matcher matcher = TAG.matcher(SourceTree.read(file));
      while (matcher.find()) {
        tags.add(matcher.group(1));
      }
    }
    return tags;
  }

  private static boolean claimsToRun(String status) {
    return !status.equals("not yet") && !status.startsWith("cannot be measured");
  }

  @Test
  void everyTagStandsInTheMap() {
    assertThat(statusById().keySet()).containsAll(tags());
  }

  @Test
  void everyRowThatClaimsToRunHasATest() {
    Set<String> tags = tags();

    assertThat(statusById())
        .isNotEmpty()
        .allSatisfy(
            (id, status) ->
                assertThat(tags.contains(id))
                    .as(id + " is '" + status + "'")
                    .isEqualTo(claimsToRun(status)));
  }

  @Test
  void theMapUsesItsOwnWords() {
    assertThat(statusById()).allSatisfy((id, status) -> assertThat(status).as(id).matches(STATUS));
  }
}
