package dev.stoker.infrastructure.config;

import dev.stoker.application.port.out.ConfigurationSource.Entry;
import dev.stoker.application.port.out.ConfigurationSource.Written;
import dev.stoker.domain.config.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Makes dotted keys of a YAML tree, with the place of each value. */
final class YamlFlattener {
  /** Aliases may make a small file a vast tree. */
  private static final int MOST_ENTRIES = 5000;

  private static final int DEEPEST = 12;

  private final String file;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Violation> violations = new ArrayList<>();

  YamlFlattener(String file) {
    this.file = file;
  }

  Written flatten(Node root) {
    if (root instanceof MappingNode mapping) {
      flatten("", mapping, 1);
    } else {
      complain(file, "", root, "must be a mapping of keys to values");
    }
    return new Written(entries, violations);
  }

  private void flatten(String prefix, MappingNode mapping, int depth) {
    if (depth > DEEPEST || entries.size() > MOST_ENTRIES) {
      if (violations.isEmpty()) {
        complain(file, "", mapping, "is too deep or too large");
      }
      return;
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        complain(prefix + "?", "", key, "keys must be plain text");
        continue;
      }
      String name = prefix + scalar.getValue();
      if (!seen.add(scalar.getValue())) {
        complain(name, "", key, "stands twice in the file; keep one of them");
      }
      visit(name, tuple.getValueNode(), depth);
    }
  }

  private void visit(String name, Node value, int depth) {
    switch (value) {
      // An empty one is kept as an empty text: "services: {a: {}}" names a service.
      case MappingNode inner when inner.getValue().isEmpty() ->
          entries.add(new Entry(name, List.of(""), false, place(inner)));
      case MappingNode inner -> flatten(name + ".", inner, depth + 1);
      case ScalarNode leaf -> entries.add(new Entry(name, List.of(text(leaf)), false, place(leaf)));
      case SequenceNode list -> addList(name, list);
      default -> complain(name, "", value, "must be text, a list of texts or a mapping");
    }
  }

  private void addList(String name, SequenceNode list) {
    List<String> texts = new ArrayList<>();
    for (Node item : list.getValue()) {
      if (item instanceof ScalarNode leaf) {
        texts.add(text(leaf));
      } else {
        complain(name, "", item, "must be a list of plain texts");
      }
    }
    entries.add(new Entry(name, texts, true, place(list)));
  }

  private static String text(ScalarNode leaf) {
    return leaf.getTag().equals(Tag.NULL) ? "" : leaf.getValue();
  }

  private void complain(String key, String value, Node node, String allowed) {
    violations.add(new Violation(key, value, allowed, place(node)));
  }

  private String place(Node node) {
    return node.getStartMark()
        .map(mark -> file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
        .orElse(file);
  }
}
