package dev.stoker.application.port.out;

import dev.stoker.domain.config.Violation;
import dev.stoker.domain.model.ModelReference;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration as it was written, before anything is checked but its form. */
public interface ConfigurationSource {
  /**
   * Reads the file.
   *
   * @param file the one asked for, null for {@code .agent/config.yml} where there is one (FR-037)
   * @return its entries in order, and what is wrong with its form
   */
  Written read(@Nullable String file);

  /** {@return the environment of this process} */
  Map<String, String> environment();

  /** {@return what relative model references mean} */
  ModelReference.Places places();

  /**
   * A file's content.
   *
   * @param entries every leaf, with its dotted key
   * @param violations what is wrong with its form
   */
  record Written(List<Entry> entries, List<Violation> violations) {
    /** Copies both. */
    public Written {
      entries = List.copyOf(entries);
      violations = List.copyOf(violations);
    }
  }

  /**
   * One leaf.
   *
   * @param key such as {@code providers.vllm.port}
   * @param values one text, or those of a list
   * @param isList whether it was written as a list
   * @param origin file, line and column
   */
  record Entry(String key, List<String> values, boolean isList, String origin) {
    /** Copies the list. */
    public Entry {
      values = List.copyOf(values);
    }
  }
}
