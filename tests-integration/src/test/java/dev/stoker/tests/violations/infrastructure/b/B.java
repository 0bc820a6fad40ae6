package dev.stoker.tests.violations.infrastructure.b;

import dev.stoker.tests.violations.infrastructure.a.A;

/** Needs another adapter, which needs it. */
public final class B {
  public A other;
}
