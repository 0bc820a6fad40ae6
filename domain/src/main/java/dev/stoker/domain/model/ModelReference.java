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
   * @param revision which state of it
   */
  record HubModel(ModelId id, Revision revision) implements ModelReference {
    private static final char AT = '@';

    /** Its main branch. */
    public HubModel(ModelId id) {
      this(id, Revision.MAIN);
    }

    /**
     * Reads {@code org/name} or {@code org/name@revision}.
     *
     * @throws LifecycleException with {@link InvalidModelReference} when it is neither (FR-026)
     */
    public static HubModel parse(String text) {
      int at = text.indexOf(AT);
      String id = at < 0 ? text : text.substring(0, at);
      String revision = at < 0 ? Revision.MAIN.value() : text.substring(at + 1);
      Optional<String> problem =
          ModelId.problemOf(id)
              .or(
                  () ->
                      Revision.problemOf(revision)
                          .map(words -> "has a revision '" + revision + "' that " + words));
      if (problem.isPresent()) {
        throw new LifecycleException(new InvalidModelReference(text, problem.get()));
      }
      return new HubModel(new ModelId(id), new Revision(revision));
    }

    /** {@return what {@link #parse} reads} */
    public String text() {
      return revision.equals(Revision.MAIN) ? id.value() : id.value() + AT + revision;
    }

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
   * {@code ../} or {@code ~/}; else a Hub id, with {@code @revision} where not the main branch is
   * meant.
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
    return HubModel.parse(text);
  }

  /** {@return a text that {@link #ofWritten} reads back, such as {@code hub:org/name}} */
  default String written() {
    return switch (this) {
      case HubModel hub -> HUB + hub.text();
      case LocalModel local -> FOLDER + local.folder();
      case DemoModel demo -> DEMO_FOLDER + demo.folder();
    };
  }

  /** {@return what {@link #written} wrote; empty when the text is no such} */
  static Optional<ModelReference> ofWritten(String text) {
    if (text.startsWith(HUB)) {
      try {
        return Optional.of(HubModel.parse(text.substring(HUB.length())));
      } catch (LifecycleException e) {
        return Optional.empty();
      }
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
