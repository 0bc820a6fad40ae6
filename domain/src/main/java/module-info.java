/**
 * What Stoker knows and decides, as values and pure functions: no clock, thread, file or log.
 *
 * <p>The decision core is {@link dev.stoker.domain.service.ServiceMachine#step}.
 */
module dev.stoker.domain {
  requires static transitive org.jspecify;

  exports dev.stoker.domain.config;
  exports dev.stoker.domain.failure;
  exports dev.stoker.domain.fit;
  exports dev.stoker.domain.gpu;
  exports dev.stoker.domain.health;
  exports dev.stoker.domain.model;
  exports dev.stoker.domain.process;
  exports dev.stoker.domain.progress;
  exports dev.stoker.domain.restart;
  exports dev.stoker.domain.service;
  exports dev.stoker.domain.text;
  exports dev.stoker.domain.unit;
}
