package dev.stoker.testing;

import dev.stoker.application.port.out.ConfigurationSource;
import dev.stoker.domain.model.ModelReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration file and an environment made in memory. */
public final class FakeConfiguration implements ConfigurationSource {
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  FakeConfiguration() {}

  /** Adds a value to the file. */
  public void write(String key, String value) {
    entries.add(new Entry(key, List.of(value), false, "config.yml:" + (entries.size() + 1) + ":1"));
  }

  /** Empties the file. */
  public void clear() {
    entries.clear();
  }

  /** Adds a list to the file. */
  public void writeList(String key, List<String> values) {
    entries.add(new Entry(key, values, true, "config.yml:" + (entries.size() + 1) + ":1"));
  }

  /** Sets a variable. */
  public void set(String variable, String value) {
    environment.put(variable, value);
  }

  @Override
  public Written read(@Nullable String file) {
    return new Written(entries, List.of());
  }

  @Override
  public Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  @Override
  public ModelReference.Places places() {
    return new ModelReference.Places(Path.of("/here"), Path.of("/home/u"), Path.of("/data/demo"));
  }
}
