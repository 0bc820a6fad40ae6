package dev.stoker.tests.violations.application.service;

import jakarta.inject.Inject;
import java.util.logging.Logger;

/** Public, injected by field, with another logger, throwing anything. */
public final class VisibleService {
  @Inject public Logger logger;

  public void fail() {
    throw new RuntimeException("anything");
  }
}
