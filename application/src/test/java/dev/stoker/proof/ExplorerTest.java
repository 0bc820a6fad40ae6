package dev.stoker.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.proof.Explorer.Result;
import dev.stoker.proof.UniverseState.Bounds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All orders of all events, within bounds; {@code -Dproof.full=true} for the large ones. */
class ExplorerTest {
  private static final boolean FULL = Boolean.getBoolean("proof.full");
  private static final long STATES = FULL ? 12_000_000 : 1_200_000;
  private static final int LIVENESS_EVERY = FULL ? 1 : 16;

  private static Result search(Bounds bounds, long states) {
    long began = System.nanoTime();
    Result result = new Explorer(Brain.REAL, bounds, states, LIVENESS_EVERY).search();
    System.out.println(bounds + ": " + result.describe(System.nanoTime() - began));
    return result;
  }

  @Test
  @Tag("NFR-011")
  @Tag("FR-033")
  void nothingBreaksItWhateverTheOrder() {
    for (Bounds bounds : new Bounds[] {new Bounds(1, 5, 0, 1), new Bounds(2, 1, 1, 0)}) {
      Result result = search(bounds, STATES / 4);
      assertThat(result.broken()).isNull();
    }
    Result result = search(new Bounds(2, 2, 2, 1), STATES);
    assertThat(result.broken()).isNull();
    assertThat(result.states()).isGreaterThanOrEqualTo(FULL ? 10_000_000 : 1_000_000);
  }

  @ParameterizedTest
  @EnumSource
  void everySeededBugIsFound(SeededBug bug) {
    long began = System.nanoTime();
    Result result = new Explorer(bug, bug.bounds(), 2_000_000, 1).search();
    System.out.println(
        bug + " within " + bug.bounds() + ": " + result.describe(System.nanoTime() - began));

    assertThat(result.broken()).isNotNull().startsWith(bug.breaks() + ":");
  }
}
