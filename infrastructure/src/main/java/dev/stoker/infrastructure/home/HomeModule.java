package dev.stoker.infrastructure.home;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.HomeLock;
import dev.stoker.application.port.out.KeyStore;
import dev.stoker.application.port.out.RunFolders;

/** Which classes stand behind the ports. */
@Module
public interface HomeModule {
  /** {@return the lock} */
  @Binds
  HomeLock lock(FileHomeLock adapter);

  /** {@return the folders of launches} */
  @Binds
  RunFolders folders(FileRunFolders adapter);

  /** {@return where keys of clients are kept} */
  @Binds
  KeyStore keyStore(KeyFile adapter);
}
