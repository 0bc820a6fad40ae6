package dev.stoker.testing;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/**
 * Runs the operations of a class on two threads in all orders that are worth trying: each result
 * must be one that some order on a single thread gives, and what the class validates must hold.
 *
 * <p>Lincheck does the searching. It does not see every race: what a lambda has captured may escape
 * it. So each piece stands beside a racy one of the same build, in which the race must be found.
 */
public final class Interleavings {
  private static final boolean FULL = Boolean.getBoolean("proof.full");
  private static final int SCENARIOS = FULL ? 100 : 6;
  private static final int ORDERS = FULL ? 5_000 : 200;

  /** It ends with the first that is found. */
  private static final int CANARY_SCENARIOS = 100;

  private static final int CANARY_ORDERS = 2_000;

  private Interleavings() {}

  /** Fails the test with the order that breaks it, if there is one. */
  public static void search(Class<?> operations) {
    search(operations, SCENARIOS, ORDERS);
  }

  private static void search(Class<?> operations, int scenarios, int orders) {
    new ModelCheckingOptions()
        .iterations(scenarios)
        .invocationsPerIteration(orders)
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(1)
        .minimizeFailedScenario(false)
        .check(operations);
  }

  /** {@return whether an order is found that breaks it} */
  public static boolean isRacy(Class<?> operations) {
    try {
      search(operations, CANARY_SCENARIOS, CANARY_ORDERS);
      return false;
    } catch (LincheckAssertionError e) {
      return true;
    }
  }
}
