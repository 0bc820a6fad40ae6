package dev.stoker.http.gateway;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How many requests may wait for a server, and how many bytes of them are kept; for any thread. */
final class WaitingRoom {
  private final int mostRequests;
  private final long mostBytes;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  WaitingRoom(int mostRequests, long mostBytes) {
    this.mostRequests = mostRequests;
    this.mostBytes = mostBytes;
  }

  /** {@return whether there was room for one more; {@link #leave} gives it back} */
  boolean enter() {
    if (requests.incrementAndGet() > mostRequests) {
      requests.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    requests.decrementAndGet();
  }

  /** {@return whether there was room for so many bytes; {@link #release} gives them back} */
  boolean take(long more) {
    if (bytes.addAndGet(more) > mostBytes) {
      bytes.addAndGet(-more);
      return false;
    }
    return true;
  }

  void release(long taken) {
    bytes.addAndGet(-taken);
  }

  /** {@return how many bytes are kept} */
  long kept() {
    return bytes.get();
  }

  /** {@return how many wait} */
  int waiting() {
    return requests.get();
  }
}
