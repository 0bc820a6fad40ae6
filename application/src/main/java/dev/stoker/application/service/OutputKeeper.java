package dev.stoker.application.service;

import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the output of one launch within its size, for as long as the launch lasts. */
final class OutputKeeper {
  private static final Logger log = LoggerFactory.getLogger(OutputKeeper.class);
  private static final ByteSize MOST = new ByteSize(64L << 20);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  /** While it prints more than is kept. */
  private static final Duration IN_A_FLOOD = Duration.ofMillis(200);

  private final Launch launch;
  private final DrivenPorts ports;

  OutputKeeper(Launch launch, DrivenPorts ports) {
    this.launch = launch;
    this.ports = ports;
  }

  void begin() {
    lookIn(BETWEEN_LOOKS);
  }

  private void lookIn(Duration delay) {
    ports.scheduler().schedule("output-" + launch.lease().service(), delay, this::look);
  }

  private void look() {
    // Asked first: what was printed at the very end is looked at once more.
    boolean ended = launch.hasEnded();
    boolean flood = false;
    try {
      flood = ports.serverOutput().keepWithin(launch.lease().log(), MOST);
    } catch (RuntimeException e) {
      log.atWarn()
          .addKeyValue("service", launch.lease().service())
          .addKeyValue("problem", String.valueOf(e))
          .log("output not looked at");
    }
    if (ended) {
      return;
    }
    lookIn(flood ? IN_A_FLOOD : BETWEEN_LOOKS);
  }
}
