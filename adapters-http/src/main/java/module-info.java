/** The HTTP side of Stoker: so far the form that failures take there. */
module dev.stoker.http {
  requires transitive dev.stoker.application;
  requires com.squareup.moshi;
  requires kotlin.stdlib;

  exports dev.stoker.http;
}
