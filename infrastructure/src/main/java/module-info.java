/**
 * The driven adapters: everything that touches the machine. Begin at {@link
 * dev.stoker.infrastructure.Infrastructure}.
 */
module dev.stoker.infrastructure {
  requires transitive dev.stoker.application;
  requires com.squareup.moshi;
  requires dagger;
  requires jakarta.inject;
  requires static java.compiler;
  requires java.sql;
  requires okhttp3;
  requires okio;
  requires org.slf4j;
  requires org.snakeyaml.engine.v2;
  requires org.xerial.sqlitejdbc;

  exports dev.stoker.infrastructure;

  uses dev.stoker.infrastructure.GpuLibrary.Loader;

  opens dev.stoker.infrastructure.http to
      com.squareup.moshi;
}
