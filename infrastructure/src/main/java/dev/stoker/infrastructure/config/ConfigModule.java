package dev.stoker.infrastructure.config;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.ConfigurationSource;

/** Which class stands behind the port. */
@Module
public interface ConfigModule {
  /** {@return the adapter} */
  @Binds
  ConfigurationSource bind(YamlConfigurationSource adapter);
}
