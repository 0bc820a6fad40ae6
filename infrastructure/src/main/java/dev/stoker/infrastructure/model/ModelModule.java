package dev.stoker.infrastructure.model;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dev.stoker.application.port.out.ModelBundles;
import dev.stoker.application.port.out.ModelCache;
import dev.stoker.application.port.out.ModelFetcher;
import dev.stoker.application.port.out.ModelHub;

/** Which class stands behind the port. */
@Module
public interface ModelModule {
  /** {@return the adapter} */
  @Binds
  ModelCache bind(FileModelCache adapter);

  /** {@return fetching} */
  @Binds
  ModelFetcher fetcher(CacheFetcher adapter);

  /** {@return what carries models} */
  @Binds
  ModelBundles bundles(FolderBundles adapter);

  /** {@return the Hub} */
  @Binds
  ModelHub hub(WebHub adapter);

  /** {@return what lets time pass between tries} */
  @Provides
  static HubClient.Waiting waiting() {
    return Thread::sleep;
  }
}
