package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.Revision;
import org.jspecify.annotations.Nullable;

/**
 * The commit a service keeps: whatever moves on the Hub or in the cache meanwhile, a restart brings
 * the same model back (FR-025). It lasts until the service is stopped, or has failed for good. For
 * any thread.
 */
final class ModelPin {
  private volatile @Nullable Pinned pinned;

  /**
   * What is kept.
   *
   * @param model as it is asked for
   * @param commit which state of it
   */
  private record Pinned(ModelReference model, String commit) {}

  /** {@return the same at a commit; itself where that is not known or its model has none} */
  static ServiceSpec at(ServiceSpec spec, String commit) {
    return !commit.isEmpty() && spec.model() instanceof HubModel hub
        ? spec.withModel(new HubModel(hub.id(), new Revision(commit)))
        : spec;
  }

  /** Keeps that commit; an empty one keeps none. */
  void keep(ModelReference model, String commit) {
    pinned = new Pinned(model, commit);
  }

  /** The next launch takes what is there then. */
  void release() {
    pinned = null;
  }

  /** {@return the commit kept for that model; empty where there is none} */
  String of(ModelReference model) {
    Pinned kept = pinned;
    return kept != null && kept.model().equals(model) ? kept.commit() : "";
  }
}
