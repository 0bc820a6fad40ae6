package dev.stoker.testing;

import dev.stoker.application.port.out.Lease;

/** Is told what truly happens to servers. */
public interface ServerObserver {
  /** Is told nothing. */
  ServerObserver NOBODY =
      new ServerObserver() {
        @Override
        public void launched(Lease lease) {}

        @Override
        public void gone(Lease lease) {}

        @Override
        public void signalled(Lease lease) {}
      };

  /** A process came to be. */
  void launched(Lease lease);

  /** Nothing of it lives any more. */
  void gone(Lease lease);

  /** Stoker sent it a signal, and its main process lived. */
  void signalled(Lease lease);
}
