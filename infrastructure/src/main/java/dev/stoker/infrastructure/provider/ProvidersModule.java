package dev.stoker.infrastructure.provider;

import dagger.Module;
import dev.stoker.infrastructure.provider.vllm.VllmModule;

/** The list of providers: a new one is added here. */
@Module(includes = VllmModule.class)
public interface ProvidersModule {}
