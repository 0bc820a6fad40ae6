package dev.stoker.application.port.in;

/**
 * What is known and done on a machine, whether a daemon runs there or not: to whom is in its
 * process, and over the control API to others.
 */
public interface MachineServices {
  /** {@return the engines on this machine} */
  EngineCatalogue engines();

  /** {@return the effective configuration} */
  ConfigurationQuery configuration();

  /** {@return the output of servers} */
  ServiceLogs logs();

  /** {@return finding out what is wrong} */
  Doctor doctor();

  /** {@return the models here and on the Hub} */
  Models models();

  /** {@return whether models fit} */
  ModelFit fit();
}
