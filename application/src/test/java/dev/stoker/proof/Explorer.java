package dev.stoker.proof;

import dev.stoker.proof.Universe.Step;
import dev.stoker.proof.UniverseState.Bounds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes every step from every state, within bounds: safety is checked at each step, and from every
 * n-th state it is followed what happens when the world is kind from there on.
 */
final class Explorer {
  private static final int KIND_STEPS = 500;

  private final Brain brain;
  private final Bounds bounds;
  private final long mostStates;
  private final int livenessEvery;
  private final KeySet seen = new KeySet();
  private final UniverseState.Ids ids = new UniverseState.Ids();
  private long transitions;
  private long followed;

  Explorer(Brain brain, Bounds bounds, long mostStates, int livenessEvery) {
    this.brain = brain;
    this.bounds = bounds;
    this.mostStates = mostStates;
    this.livenessEvery = livenessEvery;
  }

  /**
   * What was found.
   *
   * @param states how many were seen
   * @param transitions how many steps were taken
   * @param followed from how many it was followed to the end
   * @param complete whether there are no others within the bounds
   * @param broken what does not hold, with the way to it; null when all holds
   */
  record Result(
      long states, long transitions, long followed, boolean complete, @Nullable String broken) {
    String describe(long nanos) {
      return String.format(
          Locale.ROOT,
          "%,d states, %,d transitions, %,d followed to their end, %.1f s, %s%s",
          states,
          transitions,
          followed,
          nanos / 1e9,
          complete ? "complete" : "cut off",
          broken == null ? ", all holds" : "\n" + broken);
    }
  }

  private record Open(Universe universe, @Nullable Open from, String label) {}

  /** Breadth first: the way to what is broken is the shortest there is. */
  Result search() {
    Deque<Open> open = new ArrayDeque<>();
    Universe first = new Universe(brain, bounds);
    open.add(new Open(first, null, "begin"));
    seen.add(first.key(ids));
    while (!open.isEmpty()) {
      Open state = open.remove();
      String broken = expand(state, open);
      if (broken != null) {
        return new Result(seen.size(), transitions, followed, false, broken);
      }
      if (seen.size() >= mostStates) {
        return new Result(seen.size(), transitions, followed, false, null);
      }
    }
    return new Result(seen.size(), transitions, followed, true, null);
  }

  private @Nullable String expand(Open state, Deque<Open> open) {
    for (Step step : state.universe().steps()) {
      Universe next = state.universe().copy();
      transitions++;
      try {
        step.act().accept(next);
      } catch (BrokenInvariant e) {
        return trace(new Open(next, state, step.label()), e);
      }
      if (seen.add(next.key(ids))) {
        Open found = new Open(next, state, step.label());
        open.add(found);
        if (seen.size() % livenessEvery == 0) {
          String broken = follow(found);
          if (broken != null) {
            return broken;
          }
        }
      }
    }
    return null;
  }

  /** The world is kind from here on: nothing fails any more, and nobody asks for anything. */
  private @Nullable String follow(Open from) {
    followed++;
    Universe universe = from.universe().copy();
    universe.left = new Bounds(0, 0, 0, 0);
    Open last = from;
    try {
      for (int i = 0; i < KIND_STEPS; i++) {
        List<Step> steps = universe.steps();
        if (steps.isEmpty()) {
          universe.checkSettled();
          return null;
        }
        Step step = steps.getFirst();
        step.act().accept(universe);
        last = new Open(universe, last, "(kindly) " + step.label());
      }
      throw new BrokenInvariant("D5", "it does not settle within " + KIND_STEPS + " steps");
    } catch (BrokenInvariant e) {
      return trace(last, e);
    }
  }

  private static String trace(Open end, BrokenInvariant problem) {
    List<String> lines = new ArrayList<>();
    for (Open each = end; each != null; each = each.from()) {
      lines.add("  " + each.label());
    }
    Collections.reverse(lines);
    return problem.getMessage() + "\n" + String.join("\n", lines);
  }
}
