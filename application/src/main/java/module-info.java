/**
 * What Stoker offers (driving ports) and needs (driven ports), and the supervisor between them.
 *
 * <p>Begin at {@link dev.stoker.application.Application}.
 */
module dev.stoker.application {
  requires transitive dev.stoker.domain;
  requires dagger;
  requires jakarta.inject;
  requires static java.compiler;
  requires org.slf4j;

  exports dev.stoker.application;
  exports dev.stoker.application.port.in;
  exports dev.stoker.application.port.out;
}
