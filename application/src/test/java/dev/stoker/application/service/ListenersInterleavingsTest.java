package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.port.in.ServiceOrchestrator.Subscription;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.testing.Interleavings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever listens is told, while others come and go. */
@Tag("interleavings")
class ListenersInterleavingsTest {
  @Test
  void allThatListenAreToldWhoeverComesAndGoes() {
    Interleavings.search(OfListeners.class);
  }

  @Test
  void aPlainListIsFoundOut() {
    assertThat(Interleavings.isRacy(OfPlainList.class)).isTrue();
  }

  /** One that stays, and one that comes and goes. */
  public abstract static class Listening {
    final AtomicInteger heard = new AtomicInteger();

    abstract Runnable add(Consumer<ServiceNotice> listener);

    abstract void tell();

    /** Comes and goes. */
    @Operation
    public void visit() {
      add(_ -> {}).run();
    }

    /** {@return whether the one who stays was told} */
    @Operation
    public boolean isHeard() {
      int before = heard.get();
      tell();
      return heard.get() > before;
    }
  }

  /** The real ones. */
  public static class OfListeners extends Listening {
    private final Listeners listeners = new Listeners();
    private final ServiceNotice notice =
        new ServiceNotice.Remarked(new ServiceName("a"), Instant.EPOCH, "told");

    /** With the one who stays. */
    public OfListeners() {
      listeners.add(_ -> heard.incrementAndGet());
    }

    @Override
    Runnable add(Consumer<ServiceNotice> listener) {
      Subscription subscription = listeners.add(listener);
      return subscription::close;
    }

    @Override
    void tell() {
      listeners.tell(notice);
    }
  }

  /** A list that is changed while it is read. */
  public static class OfPlainList extends Listening {
    private final List<Consumer<ServiceNotice>> all = new ArrayList<>();
    private final ServiceNotice notice =
        new ServiceNotice.Remarked(new ServiceName("a"), Instant.EPOCH, "told");

    /** With the one who stays. */
    public OfPlainList() {
      all.add(_ -> heard.incrementAndGet());
    }

    @Override
    Runnable add(Consumer<ServiceNotice> listener) {
      all.add(listener);
      return () -> all.remove(listener);
    }

    @Override
    void tell() {
      for (Consumer<ServiceNotice> each : all) {
        each.accept(notice);
      }
    }
  }
}
