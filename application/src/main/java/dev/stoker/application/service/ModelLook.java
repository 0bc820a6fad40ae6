package dev.stoker.application.service;

import dev.stoker.application.ModelFacts;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.NotCached;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a model's files say of it, wherever they are. Blocks. */
final class ModelLook {
  private final DrivenPorts ports;

  ModelLook(DrivenPorts ports) {
    this.ports = ports;
  }

  /**
   * {@return what is known}
   *
   * @param type of the elements where one was chosen; empty otherwise
   * @throws LifecycleException when nothing can be: it is not here, and the Hub does not tell
   */
  ModelFacts facts(ModelReference model, String type) {
    ModelFacts here = here(model, type);
    if (here != null) {
      return here;
    }
    HubModel hub = (HubModel) model;
    if (ports.modelHub().isOffline()) {
      Snapshot snapshot = ports.modelCache().examine(hub.id(), hub.revision(), false);
      throw new LifecycleException(new NotCached(hub.text(), snapshot.missing(), Evidence.none()));
    }
    return ports.modelHub().facts(ports.modelHub().look(hub.id(), hub.revision()), type);
  }

  /** {@return what the files on this machine say; null where they are not complete} */
  @Nullable ModelFacts here(ModelReference model, String type) {
    return switch (model) {
      case LocalModel local -> ofFolder(local.folder(), type);
      case DemoModel demo -> {
        ports.demoModelWriter().write(demo.folder());
        yield ofFolder(demo.folder(), type);
      }
      case HubModel hub -> {
        Snapshot snapshot = ports.modelCache().examine(hub.id(), hub.revision(), false);
        Path folder = snapshot.folder();
        yield folder != null && snapshot.isComplete() ? ofFolder(folder, type) : null;
      }
    };
  }

  private ModelFacts ofFolder(Path folder, String type) {
    return ports.modelCache().facts(folder, type);
  }
}
