package dev.stoker.application;

/**
 * A value of the configuration that holds, and where it came from.
 *
 * @param key such as {@code providers.vllm.port}
 * @param value as text
 * @param origin {@code flag --port}, {@code environment VLLM_PORT}, file with line and column, or
 *     {@code default}
 */
public record EffectiveValue(String key, String value, String origin) {}
