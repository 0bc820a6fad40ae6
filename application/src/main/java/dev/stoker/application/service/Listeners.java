package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.port.in.ServiceOrchestrator.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told what happens; one that fails harms no other. For any thread. */
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final List<Listener> all = new CopyOnWriteArrayList<>();

  Listeners() {}

  /** Compared by identity: one consumer may listen twice. */
  private final class Listener implements Subscription {
    private final Consumer<ServiceNotice> consumer;

    Listener(Consumer<ServiceNotice> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void close() {
      all.remove(this);
    }
  }

  Subscription add(Consumer<ServiceNotice> consumer) {
    Listener listener = new Listener(consumer);
    all.add(listener);
    return listener;
  }

  void tell(ServiceNotice notice) {
    for (Listener listener : all) {
      try {
        listener.consumer.accept(notice);
      } catch (RuntimeException e) {
        log.atError().setCause(e).addKeyValue("service", notice.service()).log("listener failed");
      }
    }
  }
}
