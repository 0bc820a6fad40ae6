package dev.stoker.tests.violations.domain;

import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Breaks what holds for the domain. */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public class MutableManager {
  public Optional<String> field = Optional.of(LoggerFactory.class.getName());

  public void take(Optional<String> parameter) {
    field = parameter;
  }
}
