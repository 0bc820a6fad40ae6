package dev.stoker.application;

import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service as it is meant to be (FR-002).
 *
 * @param name its name
 * @param provider which provider runs it, such as {@code vllm}
 * @param model what it serves
 * @param engine the engine asked for, null for the first that is found
 * @param arguments further arguments for the server, already checked
 * @param options everything else
 */
public record ServiceSpec(
    ServiceName name,
    String provider,
    ModelReference model,
    @Nullable String engine,
    List<String> arguments,
    VllmLifecycleOptions options) {
  /** Copies the list. */
  public ServiceSpec {
    arguments = List.copyOf(arguments);
  }
}
