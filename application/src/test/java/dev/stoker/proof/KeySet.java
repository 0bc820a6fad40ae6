package dev.stoker.proof;

import java.util.Arrays;

/** A set of numbers that stand for states: 8 to 16 bytes each, so that millions have room. */
final class KeySet {
  private long[] slots = new long[1 << 16];
  private int size;

  KeySet() {}

  int size() {
    return size;
  }

  /** {@return whether it was not there before} */
  boolean add(long number) {
    long key = number == 0 ? 1 : number;
    if (size * 2L > slots.length) {
      grow();
    }
    if (!put(slots, key)) {
      return false;
    }
    size++;
    return true;
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    Arrays.stream(slots).filter(key -> key != 0).forEach(key -> put(larger, key));
    slots = larger;
  }

  private static boolean put(long[] into, long key) {
    int mask = into.length - 1;
    int at = (int) (key ^ (key >>> 32)) & mask;
    while (into[at] != 0) {
      if (into[at] == key) {
        return false;
      }
      at = (at + 1) & mask;
    }
    into[at] = key;
    return true;
  }
}
