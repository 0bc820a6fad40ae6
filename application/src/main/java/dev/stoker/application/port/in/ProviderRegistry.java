package dev.stoker.application.port.in;

import dev.stoker.domain.service.ServiceName;
import java.util.List;

/**
 * Hands out models to ask (FR-049): a caller knows a name and its questions, and need not know that
 * anything is started, watched or restarted for it (FR-051). Safe for any thread.
 */
public interface ProviderRegistry {
  /** {@return the names that there are} */
  List<ServiceName> names();

  /**
   * {@return the model of that name, which serves} Blocks while it starts (FR-015, AC-041).
   *
   * @throws dev.stoker.domain.failure.LifecycleException with the reason and what to do, when it
   *     does not come to serve (FR-050, AC-042)
   */
  ModelProvider provider(ServiceName name);
}
