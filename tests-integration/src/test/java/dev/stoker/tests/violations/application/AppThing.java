package dev.stoker.tests.violations.application;

import java.time.Instant;

/** Knows an adapter's library, and the time. */
public final class AppThing {
  public final Object client = new okhttp3.OkHttpClient();
  public final Instant at = Instant.now();
}
