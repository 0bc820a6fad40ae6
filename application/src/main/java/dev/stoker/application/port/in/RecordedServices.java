package dev.stoker.application.port.in;

import dev.stoker.application.ServiceStatus;
import java.util.List;

/**
 * What the state on disk says of services, for when no daemon can be asked. Calls block, and throw
 * {@code LifecycleException} when the state cannot be read.
 */
public interface RecordedServices extends ServiceHistory {
  /**
   * {@return what was written down last of every service, by name, beside what lives of it now;
   * empty where no Stoker ever ran}
   */
  List<ServiceStatus> statuses();
}
