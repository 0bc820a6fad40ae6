package dev.stoker.infrastructure.provider.vllm;

import dagger.Binds;
import dagger.Module;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import dev.stoker.application.port.out.InferenceProvider;

/** vLLM as a provider. */
@Module
public interface VllmModule {
  /** {@return the provider} */
  @Binds
  @IntoMap
  @StringKey("vllm")
  InferenceProvider provider(VllmProvider provider);
}
