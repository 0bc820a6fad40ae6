package dev.stoker.application.port.in;

import dev.stoker.domain.service.ServiceName;
import java.util.List;
import java.util.Optional;

/** The output of servers; needs no daemon. Calls block on the disk alone. */
public interface ServiceLogs {
  /** {@return the last lines of the latest launch, at most this many, cleaned; or empty} */
  List<String> tail(ServiceName service, int most);

  /**
   * {@return the lines that come from now on, also those of later launches; or empty where the
   * service was never launched}
   */
  Optional<Follower> follow(ServiceName service);

  /** A place in a service's output; for one thread. */
  interface Follower {
    /** {@return the lines finished since the last call, cleaned; does not wait for any} */
    List<String> next();
  }
}
