package dev.stoker.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.OptionSpec;
import dev.stoker.application.OptionTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages say what the tables say. */
class DocumentationTest {
  private static final Path DOCS = SourceTree.ROOT.resolve("docs");

  @Test
  @Tag("FR-036")
  void everyOptionStandsInTheConfigurationPage() {
    String page = SourceTree.read(DOCS.resolve("configuration.md"));
    for (OptionSpec option : OptionTable.rows()) {
      String flag = option.flag() == null ? "" : "`" + option.flag() + "`";
      String variable = option.variable() == null ? "" : "`" + option.variable() + "`";
      assertThat(page)
          .contains(
              "| `%s` | %s | %s | %s | %s | %s |"
                  .formatted(
                      option.key(),
                      flag,
                      variable,
                      option.defaultText(),
                      option.kind().allowed(),
                      option.help()));
    }
  }

  @Test
  void everyLinkLeadsSomewhere() {
    Pattern link = Pattern.compile("\\]\\((?!http)([^)#]+)");
    for (String name : new String[] {"README.md", "docs/architecture.md", "CONTRIBUTING.md"}) {
      Path page = SourceTree.ROOT.resolve(name);
      Matcher matcher = link.matcher(SourceTree.read(page));
      while (matcher.find()) {
        assertThat(page.resolveSibling(matcher.group(1))).as(name).matches(Files::exists);
      }
    }
  }
}
