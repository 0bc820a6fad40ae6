package dev.stoker.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What operators are given goes with what Stoker does. */
class OperatingFilesTest {
  private static final Path DOCS = SourceTree.ROOT.resolve("docs/operating");
  private static final Path METRICS =
      SourceTree.ROOT.resolve("adapters-http/src/main/java/dev/stoker/http/metrics");
  private static final Pattern METRIC = Pattern.compile("\\b(?:stoker|process)_[a-z_]+[a-z]\\b");
  private static final Pattern DEFINED = Pattern.compile("\"((?:stoker|process)_[a-z_]+)\"");

  private static Set<String> defined() {
    Set<String> names = new TreeSet<>();
    for (Path file : SourceTree.javaFiles("src/main/java")) {
      if (file.startsWith(METRICS)) {
        Matcher matcher = DEFINED.matcher(SourceTree.read(file));
        while (matcher.find()) {
          names.add(matcher.group(1));
        }
      }
    }
    return names;
  }

  private static Set<String> usedIn(String file) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = METRIC.matcher(SourceTree.read(DOCS.resolve(file)));
    while (matcher.find()) {
      names.add(matcher.group().replaceFirst("_seconds_(bucket|sum|count)$", "_seconds"));
    }
    return names;
  }

  @Test
  void alertsAndDashboardUseNothingThatIsNotMeasured() {
    assertThat(defined()).hasSizeGreaterThan(20);
    assertThat(defined()).containsAll(usedIn("alerts.yml"));
    assertThat(defined()).containsAll(usedIn("grafana-dashboard.json"));
  }

  @Test
  void thePageNamesEverythingThatIsMeasured() {
    assertThat(usedIn("README.md")).isEqualTo(defined());
  }

  @Test
  void theUnitLeavesServersToStokerAndIsToldWhenItIsReady() {
    assertThat(SourceTree.read(DOCS.resolve("stoker.service")))
        .contains(
            "\nType=notify\n",
            "\nNotifyAccess=main\n",
            "\nWatchdogSec=",
            "\nKillMode=process\n",
            "\nDelegate=yes\n",
            "\nNoNewPrivileges=yes\n",
            "\nExecReload=/bin/kill -HUP $MAINPID\n");
  }
}
