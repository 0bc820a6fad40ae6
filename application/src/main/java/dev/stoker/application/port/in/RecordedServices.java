package dev.stoker.application.port.in;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.service.ServiceName;
import java.util.List;

/**
 * What the state on disk says of services, for when no daemon can be asked. Calls block, and throw
 * {@code LifecycleException} when the state cannot be read.
 */
public interface RecordedServices {
  /**
   * {@return what was written down last of every service, by name, beside what lives of it now;
   * empty where no Stoker ever ran}
   */
  List<ServiceStatus> statuses();

  /** {@return the last transitions of a service, oldest first, at most this many} */
  List<ServiceNotice.Changed> transitions(ServiceName name, int most);
}
