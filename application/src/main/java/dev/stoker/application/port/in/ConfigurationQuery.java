package dev.stoker.application.port.in;

import dev.stoker.application.EffectiveValue;
import dev.stoker.application.ServiceSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is configured: flag over environment over file over default (FR-038). */
public interface ConfigurationQuery {
  /**
   * Reads everything, and checks it.
   *
   * @throws dev.stoker.domain.failure.LifecycleException with every violation at once (FR-042)
   */
  Configuration read(Request request);

  /**
   * Reads every service of a file: those below {@code services}, or the one that {@code
   * providers.vllm} alone defines.
   *
   * @param file the configuration file, null for the one in the working directory
   * @throws dev.stoker.domain.failure.LifecycleException with every violation at once (FR-042)
   */
  AllServices readAll(@Nullable String file);

  /**
   * Every service that is configured.
   *
   * @param services by name
   * @param notes what the user should know
   */
  record AllServices(List<ServiceSpec> services, List<String> notes) {
    /** Copies both. */
    public AllServices {
      services = List.copyOf(services);
      notes = List.copyOf(notes);
    }
  }

  /**
   * What is asked for on the command line.
   *
   * @param file the configuration file, null for the one in the working directory
   * @param service the service, null to let the model name it
   * @param flags values by the key of the option table
   * @param arguments further arguments for the server
   */
  record Request(
      @Nullable String file,
      @Nullable String service,
      Map<String, String> flags,
      List<String> arguments) {
    /** Copies both. */
    public Request {
      flags = Map.copyOf(flags);
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * What holds.
   *
   * @param service the service, null when no model is configured
   * @param values every value with its origin, in the order of the table
   * @param notes what the user should know, such as a variable that was ignored
   */
  record Configuration(
      @Nullable ServiceSpec service, List<EffectiveValue> values, List<String> notes) {
    /** Copies both. */
    public Configuration {
      values = List.copyOf(values);
      notes = List.copyOf(notes);
    }
  }
}
