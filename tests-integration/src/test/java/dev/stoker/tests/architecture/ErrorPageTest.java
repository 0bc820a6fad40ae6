package dev.stoker.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.cli.ExitCodes;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code docs/errors.md} is made of the catalogue; {@code -Derrors.write=true} writes it. */
class ErrorPageTest {
  private static final Path PAGE = SourceTree.ROOT.resolve("docs").resolve("errors.md");

  @ParameterizedTest
  @EnumSource
  void everyCodeHasAnExampleThatIsOfThatCode(ErrorCode code) {
    assertThat(ErrorExamples.of(code)).isNotEmpty();
    for (Failure failure : ErrorExamples.of(code)) {
      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure.what()).isNotBlank();
      assertThat(failure.remedy()).isNotBlank();
    }
  }

  @Test
  @Tag("AC-036")
  @Tag("AC-037")
  @Tag("AC-038")
  @Tag("AC-039")
  @Tag("AC-040")
  void thePageIsWhatTheCatalogueSays() throws IOException {
    String page = render();
    if (Boolean.getBoolean("errors.write")) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String render() {
    StringBuilder page =
        new StringBuilder(
            """
            # Errors and exit codes

            Every failure has a stable code, says what happened, the likely cause and what to do, and shows what it was concluded
            from. This page is made of the catalogue by a test.

            | code | title | exit code |
            |---|---|---|
            """);
    for (ErrorCode code : ErrorCode.values()) {
      page.append("| ").append(code.code()).append(" | ").append(code.title()).append(" | ");
      page.append(ExitCodes.of(code.kind())).append(" |\n");
    }
    page.append(
        """

        Other exit codes: 0 all is well; 1 a fault inside Stoker; 2 wrong flags; 7 you said no; 128+n ended by signal n (130 after
        Ctrl-C, 143 after SIGTERM, 129 after SIGHUP), after everything was stopped.

        Why a server ended is chosen from the signal that ended it, then from a table of causes that is matched against what the
        process that failed first, and deepest in the tree, reported last. What no row knows is VLM-015 with that process's own
        words; it is never guessed. `stoker explain FILE` does the same with the output of any vLLM.

        """);
    for (ErrorCode code : ErrorCode.values()) {
      page.append("## ").append(code.code()).append(' ').append(code.title()).append("\n\n");
      page.append(again(code.retry())).append("\n\n```\n");
      String between = "";
      for (Failure failure : ErrorExamples.of(code)) {
        page.append(between).append("what:  ").append(failure.what()).append('\n');
        if (!failure.cause().isBlank()) {
          page.append("cause: ").append(failure.cause()).append('\n');
        }
        page.append("do:    ").append(failure.remedy()).append('\n');
        between = "\n";
      }
      page.append("```\n\n");
    }
    return page.toString();
  }

  private static String again(Retry retry) {
    return switch (retry) {
      case POINTLESS -> "Not tried again: the same start would fail the same way.";
      case AFTER_WAITING -> "Tried again after a while: time may cure it.";
      case MAY_HELP -> "Tried again within the restart limit.";
    };
  }
}
