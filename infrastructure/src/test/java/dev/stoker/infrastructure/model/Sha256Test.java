package dev.stoker.infrastructure.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Sha256Test {
  /** Of every length around its blocks, in parts of every size. */
  @Test
  void itIsWhatTheJdkCounts() {
    Random random = new Random(3);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      try (Sha256 first = new Sha256();
          Sha256 second = Sha256.ofTheJdk()) {
        int part = length / 3;
        first.update(bytes, part);
        second.update(bytes, part);
        first.update(bytes, length);
        second.update(bytes, length);
        assertThat(first.hex()).isEqualTo(second.hex()).hasSize(64);
      }
    }
  }

  /** Printed, not asserted. */
  @Test
  void howFastItIs() {
    byte[] bytes = new byte[1 << 20];
    long began = System.nanoTime();
    try (Sha256 sum = new Sha256()) {
      for (int i = 0; i < 200; i++) {
        sum.update(bytes, bytes.length);
      }
      assertThat(sum.hex()).hasSize(64);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.println(
        "sha256: " + Math.round(200 / seconds) + " MB/s, native " + Sha256.isNative());
  }
}
