package dev.stoker.application.service;

import dev.stoker.application.OptionTable;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.ConfigurationSource.Entry;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds services that ask for one port (D1). */
final class SharedPorts {
  private SharedPorts() {}

  static List<Violation> among(List<ServiceSpec> specs, WrittenFile file) {
    List<Violation> violations = new ArrayList<>();
    Map<Port, ServiceName> byPort = new HashMap<>();
    for (ServiceSpec spec : specs) {
      Port port = spec.options().port();
      ServiceName first = spec.portMayMove() ? null : byPort.putIfAbsent(port, spec.name());
      if (first != null) {
        Entry written = file.service(spec.name()).get(OptionTable.PORT);
        violations.add(
            new Violation(
                "services." + spec.name() + "." + OptionTable.PORT,
                port.toString(),
                "must be another than that of service '" + first + "'",
                written == null ? "default" : written.origin()));
      }
    }
    return violations;
  }
}
