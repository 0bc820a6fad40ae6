package dev.stoker.application;

import dagger.Component;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.service.ApplicationModule;
import dev.stoker.application.service.ApplicationScope;

/** The application layer's object graph: driven ports in, use cases out. */
@ApplicationScope
@Component(modules = ApplicationModule.class, dependencies = DrivenPorts.class)
interface ApplicationComponent extends UseCases {
  /** Makes the graph. */
  @Component.Factory
  interface Factory {
    ApplicationComponent create(DrivenPorts ports);
  }
}
