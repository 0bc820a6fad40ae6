package dev.stoker.application.port.in;

import dev.stoker.application.LogFilter;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import java.util.Optional;

/** The output of servers; needs no daemon. Calls block on the disk alone. */
public interface ServiceLogs {
  /**
   * {@return the last lines that are wanted, at most this many, cleaned; or empty} Of the latest
   * launch, or, where a time is given, of all launches since.
   */
  List<String> tail(ServiceName service, int most, LogFilter filter);

  /**
   * {@return the lines that are wanted and come from now on, also those of later launches; or empty
   * where the service was never launched}
   */
  Optional<Follower> follow(ServiceName service, LogFilter filter);

  /** A place in a service's output; for one thread. */
  interface Follower {
    /** {@return the lines finished since the last call, cleaned; does not wait for any} */
    List<String> next();
  }
}
