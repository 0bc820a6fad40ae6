package dev.stoker.tests.violations.infrastructure.a;

import dev.stoker.tests.violations.infrastructure.b.B;

/** Needs another adapter, which needs it. */
public final class A {
  public B other;
}
