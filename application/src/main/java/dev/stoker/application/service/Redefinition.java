package dev.stoker.application.service;

import dev.stoker.application.ServiceChange;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Standing.Want;
import java.util.List;

/**
 * What a service is to become.
 *
 * @param target what it is meant to be
 * @param keys by what that differs from what it was
 * @param hard those of them that a running server cannot take over
 */
record Redefinition(ServiceSpec target, List<String> keys, List<String> hard) {
  /** Copies the lists. */
  Redefinition {
    keys = List.copyOf(keys);
    hard = List.copyOf(hard);
  }

  /** {@return the change; only the file moves the port of one that may be anywhere} */
  static Redefinition of(ServiceSpec now, ServiceSpec next, boolean byFile) {
    boolean keepsPort = !byFile && next.portMayMove();
    ServiceSpec target = keepsPort ? next.onPort(now.options().port()) : next;
    List<String> keys = now.differences(target);
    return new Redefinition(target, keys, keys.stream().filter(ServiceSpec::needsRestart).toList());
  }

  /**
   * {@return whether what runs must be started again} What is found by a look at an earlier launch
   * is compared with what it is meant to be there.
   *
   * @param other whether another model is on its way up
   */
  boolean needsRestart(MachineState state, boolean other) {
    return (other || !hard.isEmpty())
        && Standing.of(state).want() instanceof Want.Up
        && !(state instanceof MachineState.Recovering)
        && target.options().mode().ownsProcess();
  }

  ServiceChange made(Kind kind) {
    return new ServiceChange(target.name(), kind, keys);
  }
}
