package dev.stoker.tests.violations.application.port.out;

/** A port that does something. */
public final class BadPort {}
