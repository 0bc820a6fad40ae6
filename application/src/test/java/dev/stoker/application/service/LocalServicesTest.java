package dev.stoker.application.service;

import dev.stoker.application.Application;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.testing.RunningServicesContract;
import org.junit.jupiter.api.Tag;

/** Asked in its own process. */
@Tag("AC-007")
class LocalServicesTest extends RunningServicesContract {
  private final UseCases useCases = Application.wire(world);

  @Override
  protected RunningServices services() {
    return useCases;
  }

  @Override
  protected UseCases owner() {
    return useCases;
  }
}
