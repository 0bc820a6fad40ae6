/**
 * The control API of a daemon, and the client that offers the same use cases to other processes.
 * Begin at {@link dev.stoker.http.HttpAdapter}.
 */
module dev.stoker.http {
  requires transitive dev.stoker.application;
  requires com.squareup.moshi;
  requires io.prometheus.metrics.core;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires io.vertx.core;
  requires kotlin.stdlib;
  requires okhttp3;
  requires okio;
  requires org.slf4j;

  exports dev.stoker.http;
  exports dev.stoker.http.access;
  exports dev.stoker.http.message;
}
