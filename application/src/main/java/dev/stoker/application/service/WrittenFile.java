package dev.stoker.application.service;

import dev.stoker.application.OptionSpec;
import dev.stoker.application.OptionSpec.Kind;
import dev.stoker.application.OptionTable;
import dev.stoker.application.port.out.ConfigurationSource.Entry;
import dev.stoker.application.port.out.ConfigurationSource.Written;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.service.ServiceName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file's entries, sorted into sections; every value in it is checked, used or not.
 *
 * <p>The file may belong to other programs too: only {@code providers.vllm} and {@code services}
 * are ours, and only there an unknown key is an error. A near miss of those two is one as well.
 */
final class WrittenFile {
  private static final String DEFAULTS = "providers.vllm.";
  private static final String SERVICES = "services.";

  private final Map<String, Map<String, Entry>> bySection = new LinkedHashMap<>();
  private final List<Violation> violations;

  WrittenFile(Written written) {
    violations = new ArrayList<>(written.violations());
    written.entries().forEach(this::sort);
  }

  List<Violation> violations() {
    return violations;
  }

  /** {@return the entries of {@code providers.vllm} by the key of the option table} */
  Map<String, Entry> defaults() {
    return bySection.getOrDefault(DEFAULTS, Map.of());
  }

  /** {@return the services that the file names, by name} */
  List<ServiceName> services() {
    return bySection.keySet().stream()
        .filter(section -> section.startsWith(SERVICES))
        .map(section -> new ServiceName(section.substring(SERVICES.length(), section.length() - 1)))
        .sorted()
        .toList();
  }

  /** {@return whether the file says which port that service has, and no other} */
  boolean givesPort(ServiceName name) {
    return service(name).containsKey(OptionTable.PORT);
  }

  /** {@return the entries of a service by the key of the option table} */
  Map<String, Entry> service(ServiceName name) {
    return bySection.getOrDefault(SERVICES + name + ".", Map.of());
  }

  private void sort(Entry entry) {
    String key = entry.key();
    if (key.startsWith(DEFAULTS)) {
      take(DEFAULTS, key.substring(DEFAULTS.length()), entry);
    } else if (key.startsWith(SERVICES)) {
      sortService(key.substring(SERVICES.length()), entry);
    } else {
      sortForeign(entry);
    }
  }

  private void sortService(String rest, Entry entry) {
    int dot = rest.indexOf('.');
    String name = dot < 0 ? rest : rest.substring(0, dot);
    if (dot < 0 && isEmpty(entry) && ServiceName.isValid(name)) {
      bySection.computeIfAbsent(SERVICES + name + ".", _ -> new LinkedHashMap<>());
    } else if (dot < 0 || !ServiceName.isValid(name)) {
      violations.add(
          new Violation(
              entry.key(),
              String.join(", ", entry.values()),
              "services are written services.<name>.<key>; a name is " + ServiceName.ALLOWED,
              entry.origin()));
    } else {
      take(SERVICES + name + ".", rest.substring(dot + 1), entry);
    }
  }

  private void sortForeign(Entry entry) {
    String[] parts = entry.key().split("\\.", 3);
    List<String> ours = List.of("providers", "services");
    if (!ours.contains(parts[0])) {
      suggest(entry, parts[0], ours);
    } else if (parts.length > 1 && parts[0].equals("providers")) {
      suggest(entry, parts[1], List.of("vllm"));
    }
  }

  private void suggest(Entry entry, String word, List<String> known) {
    Optional<String> near = Suggestions.nearest(word, known);
    if (near.isPresent() && !known.contains(word)) {
      violations.add(
          new Violation(
              entry.key(),
              String.join(", ", entry.values()),
              "unknown key; did you mean '" + near.get() + "'?",
              entry.origin()));
    }
  }

  private void take(String section, String key, Entry entry) {
    Optional<OptionSpec> spec = OptionTable.find(key);
    if (spec.isEmpty() && isEmpty(entry) && isGroup(key)) {
      return;
    }
    if (spec.isEmpty()) {
      List<String> known = OptionTable.rows().stream().map(OptionSpec::key).toList();
      String hint =
          Suggestions.nearest(key, known)
              .map(near -> "did you mean '" + section + near + "'?")
              .orElse("known keys: " + String.join(", ", known));
      violations.add(
          new Violation(
              entry.key(),
              String.join(", ", entry.values()),
              "unknown key; " + hint,
              entry.origin()));
      return;
    }
    check(spec.get(), entry);
    bySection.computeIfAbsent(section, _ -> new LinkedHashMap<>()).put(key, entry);
  }

  private static boolean isEmpty(Entry entry) {
    return !entry.isList() && String.join("", entry.values()).isBlank();
  }

  private static boolean isGroup(String key) {
    return OptionTable.rows().stream().anyMatch(row -> row.key().startsWith(key + "."));
  }

  private void check(OptionSpec spec, Entry entry) {
    boolean takesList = Set.of(Kind.TEXTS, Kind.DEVICES, Kind.NAMES).contains(spec.kind());
    boolean wellFormed = takesList || !entry.isList();
    boolean accepted =
        spec.kind() == Kind.TEXTS
            ? entry.isList()
            : wellFormed && spec.accepts(String.join(",", entry.values()));
    if (!accepted) {
      violations.add(
          new Violation(
              entry.key(),
              String.join(", ", entry.values()),
              "must be " + spec.kind().allowed(),
              entry.origin()));
    }
  }
}
