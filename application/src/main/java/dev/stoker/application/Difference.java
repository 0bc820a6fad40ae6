package dev.stoker.application;

/**
 * Something that is other than at the last good start.
 *
 * @param what such as {@code argument --dtype} or {@code environment HF_HOME}
 * @param before as it was; empty where it was not there
 * @param now as it would be; empty where it is no more
 */
public record Difference(String what, String before, String now) {}
