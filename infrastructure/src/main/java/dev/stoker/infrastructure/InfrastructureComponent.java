package dev.stoker.infrastructure;

import dagger.BindsInstance;
import dagger.Component;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.infrastructure.config.ConfigModule;
import dev.stoker.infrastructure.demo.DemoModule;
import dev.stoker.infrastructure.engine.EngineModule;
import dev.stoker.infrastructure.gpu.GpuModule;
import dev.stoker.infrastructure.home.HomeModule;
import dev.stoker.infrastructure.hook.HookModule;
import dev.stoker.infrastructure.host.HostModule;
import dev.stoker.infrastructure.http.HttpModule;
import dev.stoker.infrastructure.model.ModelModule;
import dev.stoker.infrastructure.output.OutputModule;
import dev.stoker.infrastructure.process.ProcessModule;
import dev.stoker.infrastructure.provider.ProvidersModule;
import dev.stoker.infrastructure.state.StateModule;
import dev.stoker.infrastructure.time.TimeModule;
import jakarta.inject.Singleton;

/** The infrastructure layer's object graph; its list of modules is the bill of materials. */
@Singleton
@Component(
    modules = {
      ConfigModule.class,
      DemoModule.class,
      EngineModule.class,
      GpuModule.class,
      HomeModule.class,
      HookModule.class,
      HostModule.class,
      HttpModule.class,
      ModelModule.class,
      OutputModule.class,
      ProcessModule.class,
      ProvidersModule.class,
      StateModule.class,
      TimeModule.class
    })
interface InfrastructureComponent extends DrivenPorts {
  /** Makes the graph. */
  @Component.Factory
  interface Factory {
    InfrastructureComponent create(@BindsInstance Settings settings);
  }
}
