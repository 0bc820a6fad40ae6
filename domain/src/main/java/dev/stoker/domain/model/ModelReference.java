package dev.stoker.domain.model;

import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.InvalidModelReference;
import java.nio.file.Path;
import java.util.Optional;

/** Which model a service serves (FR-002). */
public sealed interface ModelReference {
  /** The word that stands for the model that Stoker brings. */
  String DEMO = "demo";

  /** How a model of the Hub is written down. */
  String HUB = "hub:";

  /** How a folder is written down. */
  String FOLDER = "folder:";

  /** How the model that Stoker brings is written down. */
  String DEMO_FOLDER = "demo:";

  /**
   * A model of the Hub.
   *
   * @param id its id
   */
  record HubModel(ModelId id) implements ModelReference {
    @Override
    public String servedName() {
      return id.value();
    }

    @Override
    public String argument() {
      return id.value();
    }
  }

  /**
   * A folder on this machine.
   *
   * @param folder absolute and normalised, so that the server's working directory cannot change it
   */
  record LocalModel(Path folder) implements ModelReference {
    @Override
    public String servedName() {
      Path last = folder.getFileName();
      return last == null ? "model" : last.toString();
    }

    @Override
    public String argument() {
      return folder.toString();
    }
  }

  /**
   * The model that Stoker writes itself.
   *
   * @param folder where it is, or will be, written
   */
  record DemoModel(Path folder) implements ModelReference {
    @Override
    public String servedName() {
      return DEMO;
    }

    @Override
    public String argument() {
      return folder.toString();
    }
  }

  /**
   * Reads what the user wrote: {@code demo}; a path, which begins with {@code /}, {@code ./},
   * {@code ../} or {@code ~/}; else a Hub id.
   *
   * @param text what was written
   * @param places what relative paths, {@code ~} and {@code demo} mean
   * @throws LifecycleException with {@link InvalidModelReference} when it is none of them (FR-026)
   */
  static ModelReference parse(String text, Places places) {
    if (text.equals(DEMO)) {
      return new DemoModel(places.demoFolder());
    }
    if (text.startsWith("~/")) {
      return local(places.userHome().resolve(text.substring(2)));
    }
    if (text.startsWith("/") || text.startsWith("./") || text.startsWith("../")) {
      return local(places.workingDirectory().resolve(text));
    }
    if (text.equals(".") || text.equals("..")) {
      return local(places.workingDirectory().resolve(text));
    }
    return ModelId.problemOf(text)
        .<ModelReference>map(
            problem -> {
              throw new LifecycleException(new InvalidModelReference(text, problem));
            })
        .orElseGet(() -> new HubModel(new ModelId(text)));
  }

  /** {@return a text that {@link #ofWritten} reads back, such as {@code hub:org/name}} */
  default String written() {
    return switch (this) {
      case HubModel hub -> HUB + hub.id().value();
      case LocalModel local -> FOLDER + local.folder();
      case DemoModel demo -> DEMO_FOLDER + demo.folder();
    };
  }

  /** {@return what {@link #written} wrote; empty when the text is no such} */
  static Optional<ModelReference> ofWritten(String text) {
    if (text.startsWith(HUB) && ModelId.problemOf(text.substring(HUB.length())).isEmpty()) {
      return Optional.of(new HubModel(new ModelId(text.substring(HUB.length()))));
    }
    if (text.startsWith(FOLDER)) {
      return Optional.of(local(Path.of(text.substring(FOLDER.length()))));
    }
    return text.startsWith(DEMO_FOLDER)
        ? Optional.of(new DemoModel(Path.of(text.substring(DEMO_FOLDER.length()))))
        : Optional.empty();
  }

  private static LocalModel local(Path path) {
    return new LocalModel(path.toAbsolutePath().normalize());
  }

  /** {@return the name clients ask for} */
  String servedName();

  /** {@return what the server is given as its model} */
  String argument();

  /**
   * What a written reference is relative to.
   *
   * @param workingDirectory for {@code ./} and {@code ../}
   * @param userHome for {@code ~/}
   * @param demoFolder for {@code demo}
   */
  record Places(Path workingDirectory, Path userHome, Path demoFolder) {}
}
