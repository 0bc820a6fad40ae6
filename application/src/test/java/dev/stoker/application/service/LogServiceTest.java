package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.LogFilter;
import dev.stoker.application.LogLevel;
import dev.stoker.application.port.in.ServiceLogs.Follower;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.testing.FakeProvider;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LogServiceTest {
  private static final ServiceName ONE = new ServiceName("one");

  private final Outputs outputs = new Outputs();
  private final LogService logs =
      new LogService(outputs, outputs, Map.of("vllm", new FakeProvider()));

  private List<String> tail(int most) {
    return logs.tail(ONE, most, LogFilter.everything());
  }

  @Test
  void theLastLinesAreOfTheLatestLaunch() {
    assertThat(tail(5)).isEmpty();
    outputs.print("1.log", "a", "b");
    outputs.print("2.log", "c", "d");

    assertThat(tail(1)).containsExactly("d");
    assertThat(tail(5)).containsExactly("c", "d");
  }

  @Test
  void whoAsksForMoreThanTheEndOfTheFileGetsAllThatIsKeptAndWhatIsNot() {
    outputs.print("1.log", ServerOutput.OWN_WORDS + "1 MiB dropped here", "a", "b", "c", "d");
    outputs.endHolds = 3;

    assertThat(tail(3)).containsExactly("b", "c", "d");
    assertThat(tail(9)).containsExactly("[stoker] 1 MiB dropped here", "a", "b", "c", "d");
    assertThat(tail(4)).containsExactly("a", "b", "c", "d");
  }

  @Test
  void whatSaysNothingOfItselfGoesWithTheLineBeforeAndWhatIsMissingIsAlwaysSaid() {
    outputs.print(
        "1.log",
        "x",
        "error: bad",
        "  more of it",
        ServerOutput.OWN_WORDS + "dropped",
        "y",
        "info: z");

    assertThat(logs.tail(ONE, 9, new LogFilter(null, LogLevel.WARNING)))
        .containsExactly("error: bad", "  more of it", "[stoker] dropped");
  }

  @Test
  void aTimeIsLookedForInEveryLaunch() {
    outputs.print("1.log", "2026-01-02T10:00:00Z a", "2026-01-02T20:00:00Z b", "of b");
    outputs.print("2.log", "before any time", "2026-01-03T00:00:00Z c");
    Instant since = Instant.parse("2026-01-02T20:00:00Z");

    assertThat(logs.tail(ONE, 9, new LogFilter(since, LogLevel.DEBUG)))
        .containsExactly("2026-01-02T20:00:00Z b", "of b", "2026-01-03T00:00:00Z c");
  }

  @Test
  void whoFollowsSeesEveryLaunchInTurn() {
    outputs.print("1.log", "a");
    Follower follower = logs.follow(ONE, LogFilter.everything()).orElseThrow();
    assertThat(follower.next()).isEmpty();

    outputs.print("1.log", "b");
    outputs.print("2.log", "c");
    outputs.print("3.log", "d");
    assertThat(follower.next()).containsExactly("b", "c");
    assertThat(follower.next()).containsExactly("d");
    assertThat(follower.next()).isEmpty();
  }

  /** Files of lines, held in memory; the end of one is as long as {@link #endHolds}. */
  private static final class Outputs implements RunFolders, ServerOutput {
    private final Map<String, List<String>> files = new TreeMap<>();
    private int endHolds = 1000;

    void print(String file, String... lines) {
      files.computeIfAbsent(file, _ -> new ArrayList<>()).addAll(List.of(lines));
    }

    @Override
    public List<Path> logs(ServiceName service) {
      return files.keySet().stream().map(Path::of).toList();
    }

    @Override
    public List<String> tail(Path log, int most) {
      List<String> all = files.get(log.toString());
      return all.subList(Math.max(0, all.size() - Math.min(most, endHolds)), all.size());
    }

    @Override
    public Cursor open(Path log) {
      return new Cursor() {
        private int at;

        @Override
        public List<String> next() {
          List<String> all = files.get(log.toString());
          List<String> fresh = List.copyOf(all.subList(at, all.size()));
          at = all.size();
          return fresh;
        }

        @Override
        public long position() {
          return at;
        }
      };
    }

    @Override
    public List<String> read(InputStream output, int first, int last) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean keepWithin(Path log, ByteSize most) {
      return false;
    }

    @Override
    public Folder create(ServiceName service, long epoch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Folder locate(ServiceName service, long epoch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void remove(Path folder) {
      throw new UnsupportedOperationException();
    }
  }
}
