package dev.stoker.testing;

import dev.stoker.application.OwnCost;
import dev.stoker.application.port.out.HostFacts;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** A machine without a GPU where all is well, until a test says otherwise. */
public final class FakeHost implements HostFacts {
  private Facts facts = good();
  private String driver = "";

  FakeHost() {}

  /** {@return a machine where all is well} */
  public static Facts good() {
    return new Facts(
        ByteSize.ofGib(24),
        ByteSize.ofGib(20),
        ByteSize.ofGib(12),
        ByteSize.ofGib(12),
        65_535L,
        List.of(new Disk("models", Path.of("/cache"), ByteSize.ofGib(500))),
        List.of(),
        "",
        true,
        List.of(new Tool("nvidia-smi", false, false, List.of())),
        false);
  }

  /** What there is from now on. */
  public void set(Facts now) {
    facts = now;
  }

  /** Which driver there is from now on. */
  public void setDriver(String now) {
    driver = Objects.requireNonNull(now);
  }

  @Override
  public Facts look() {
    return facts;
  }

  @Override
  public Memory memory() {
    return new Memory(facts.memory(), facts.freeMemory());
  }

  @Override
  public String driver() {
    return driver;
  }

  @Override
  public OwnCost ownCost() {
    return new OwnCost(Instant.EPOCH, Duration.ofSeconds(2), 80 << 20, 30, 1024, 12);
  }
}
