package dev.stoker.infrastructure.config;

import dev.stoker.application.port.out.ConfigurationSource;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** {@code .agent/config.yml} of the working directory, or the file that was named (FR-037). */
final class YamlConfigurationSource implements ConfigurationSource {
  private static final String USUAL = ".agent/config.yml";
  private static final long LARGEST = 1 << 20;

  private final Settings settings;

  @Inject
  YamlConfigurationSource(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Map<String, String> environment() {
    return settings.environment();
  }

  @Override
  public ModelReference.Places places() {
    return new ModelReference.Places(
        settings.workingDirectory(), settings.userHome(), settings.home().demoModel());
  }

  @Override
  public Written read(@Nullable String file) {
    String shown = file == null ? USUAL : file;
    Path path = settings.workingDirectory().resolve(shown).normalize();
    if (file == null) {
      if (!Files.exists(path)) {
        return new Written(List.of(), List.of());
      }
      Optional<String> distrust = FileTrust.problemOf(path);
      if (distrust.isPresent()) {
        return broken(
            shown, shown, distrust.get() + "; name it with --config to use it all the same");
      }
    }
    try {
      if (Files.size(path) > LARGEST) {
        return broken(shown, shown, "must be at most 1 MiB large");
      }
      return parse(shown, Files.readString(path));
    } catch (NoSuchFileException e) {
      return broken("--config", shown, "must be a file that exists");
    } catch (MalformedInputException e) {
      return broken(shown, shown, "must be UTF-8 text");
    } catch (IOException e) {
      return broken(shown, shown, "cannot be read: " + e.getMessage());
    }
  }

  private static Written parse(String shown, String text) {
    LoadSettings strict = LoadSettings.builder().setLabel(shown).setUseMarks(true).build();
    try {
      Optional<Node> root = new Compose(strict).composeString(text);
      return root.map(node -> new YamlFlattener(shown).flatten(node))
          .orElseGet(() -> new Written(List.of(), List.of()));
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark()
              .map(mark -> shown + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
              .orElse(shown);
      return broken(shown, "", where, "is not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      return broken(shown, "", shown, "is not valid YAML: " + e.getMessage());
    }
  }

  private static Written broken(String key, String value, String allowed) {
    return broken(key, value.equals(key) ? "" : value, value, allowed);
  }

  private static Written broken(String key, String value, String origin, String allowed) {
    return new Written(List.of(), List.of(new Violation(key, value, allowed, origin)));
  }
}
