package dev.stoker.application.service;

import dev.stoker.application.ModelFacts;
import dev.stoker.application.port.in.Models;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ModelBundles;
import dev.stoker.application.port.out.ModelCache.CachedModel;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.application.port.out.ModelCache.Verified;
import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.failure.ControlFailure.RequestRefused;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.failure.ModelFailure.NotCached;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.unit.ByteSize;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Looks at models here and on the Hub, and fetches them. */
final class ModelService implements Models {
  /** As HTTP says it. */
  private static final int IN_USE = 409;

  private final DrivenPorts ports;

  @Inject
  ModelService(DrivenPorts ports) {
    this.ports = ports;
  }

  @Override
  public ModelReference reference(String text) {
    return ModelReference.parse(text, ports.configurationSource().places());
  }

  @Override
  public Path place() {
    return ports.modelCache().place();
  }

  @Override
  public List<CachedModel> list() {
    return ports.modelCache().list();
  }

  @Override
  public Details show(ModelReference model) {
    return switch (model) {
      case LocalModel local -> ofFolder(local.folder());
      case DemoModel demo -> {
        ports.demoModelWriter().write(demo.folder());
        yield ofFolder(demo.folder());
      }
      case HubModel hub -> ofHub(hub);
    };
  }

  private Details ofFolder(Path folder) {
    return new Details(null, null, "", ports.modelCache().facts(folder, ""));
  }

  private Details ofHub(HubModel hub) {
    Snapshot snapshot = ports.modelCache().examine(hub.id(), hub.revision(), false);
    if (ports.modelHub().isOffline()) {
      if (snapshot.folder() == null) {
        throw new LifecycleException(new NotCached(hub.text(), List.of(), Evidence.none()));
      }
      return new Details(snapshot, null, "HF_HUB_OFFLINE is set", factsOf(snapshot));
    }
    try {
      Listing listing = ports.modelHub().look(hub.id(), hub.revision());
      NeededFiles needed = ports.modelHub().needed(listing, false);
      return new Details(
          snapshot,
          new Published(
              listing.commit(),
              listing.gated(),
              needed.files().size(),
              Listing.size(listing.named(needed.files()))),
          "",
          snapshot.isComplete() ? factsOf(snapshot) : ports.modelHub().facts(listing, ""));
    } catch (LifecycleException e) {
      if (snapshot.folder() == null) {
        throw e;
      }
      // What is here can be told all the same.
      return new Details(snapshot, null, e.failure().what(), factsOf(snapshot));
    }
  }

  private ModelFacts factsOf(Snapshot snapshot) {
    return ports.modelCache().facts(Objects.requireNonNull(snapshot.folder()), "");
  }

  @Override
  public Fetched pull(HubModel model, Permission permission, PullWatcher watcher) {
    if (ports.modelHub().isOffline()) {
      Snapshot here = ports.modelCache().examine(model.id(), model.revision(), permission.code());
      if (!here.isComplete()) {
        throw new LifecycleException(new NotCached(model.text(), here.missing(), Evidence.none()));
      }
      return fetched(here, new ByteSize(0));
    }
    Listing listing = ports.modelHub().look(model.id(), model.revision());
    NeededFiles needed = ports.modelHub().needed(listing, permission.code());
    refuse(listing, needed, permission);
    List<RepoFile> files = listing.named(needed.files());
    PullMeter meter = new PullMeter(Listing.size(files), ports.uptime(), watcher);
    ByteSize came = ports.modelFetcher().fetch(listing, files, meter);
    Snapshot here =
        ports.modelCache().examine(model.id(), new Revision(listing.commit()), permission.code());
    if (!here.isComplete()) {
      throw broken(model, "after fetching: " + String.join(", ", here.missing()));
    }
    return fetched(here, came);
  }

  private static void refuse(Listing listing, NeededFiles needed, Permission permission) {
    String id = listing.id().value();
    if (!needed.isComplete()) {
      throw new LifecycleException(
          new FilesBroken(
              id,
              "the Hub has no model that vLLM can serve under that name; missing: "
                  + String.join(", ", needed.missing()),
              Evidence.none()));
    }
    refusePickles(id, needed, permission);
  }

  private static void refusePickles(String id, NeededFiles needed, Permission permission) {
    if (needed.pickled() && !permission.pickles()) {
      throw new LifecycleException(
          new FilesBroken(
              id,
              "its weights are Python pickles ("
                  + String.join(", ", needed.weights())
                  + "), which run code when they are loaded; to have them all the same:"
                  + " --allow-pickle",
              Evidence.none()));
    }
  }

  @Override
  public Fetched exportBundle(
      HubModel model, Permission permission, Path folder, PullWatcher watcher) {
    Snapshot here = ports.modelCache().examine(model.id(), model.revision(), permission.code());
    if (!here.isComplete()) {
      throw new LifecycleException(new NotCached(model.text(), here.missing(), Evidence.none()));
    }
    refusePickles(model.text(), Objects.requireNonNull(here.needed()), permission);
    PullMeter meter = new PullMeter(here.bytes(), ports.uptime(), watcher);
    return fetched(here, ports.modelBundles().write(model, here, folder, meter));
  }

  @Override
  public Imported importBundle(Path folder, Permission permission, PullWatcher watcher) {
    ModelBundles.Carried carried = ports.modelBundles().open(folder, permission.code());
    ModelBundles.Contents contents = carried.contents();
    HubModel model = contents.model();
    if (!contents.needed().isComplete()) {
      throw broken(model, "the bundle lacks " + String.join(", ", contents.needed().missing()));
    }
    refusePickles(model.text(), contents.needed(), permission);
    List<RepoFile> files =
        contents.files().stream()
            .filter(file -> contents.needed().files().contains(file.path()))
            .toList();
    PullMeter meter = new PullMeter(Listing.size(files), ports.uptime(), watcher);
    ByteSize came = carried.take(meter);
    Snapshot here =
        ports.modelCache().examine(model.id(), new Revision(contents.commit()), permission.code());
    if (!here.isComplete()) {
      throw broken(model, "after importing: " + String.join(", ", here.missing()));
    }
    return new Imported(model, fetched(here, came));
  }

  private static Fetched fetched(Snapshot here, ByteSize came) {
    return new Fetched(here.commit(), Objects.requireNonNull(here.folder()), here.bytes(), came);
  }

  @Override
  public Verification verify(HubModel model, Consumer<Verified> each) {
    Snapshot here = present(model);
    return new Verification(here, ports.modelCache().verify(here, each));
  }

  private Snapshot present(HubModel model) {
    Snapshot here = ports.modelCache().examine(model.id(), model.revision(), false);
    if (here.folder() == null) {
      throw broken(model, "nothing of it is in " + place());
    }
    return here;
  }

  @Override
  public ByteSize remove(HubModel model) {
    Optional<Lease> user =
        ports.stateStore().openForReading()
            ? ports.stateStore().leases().stream().filter(each -> uses(each, model)).findFirst()
            : Optional.empty();
    if (user.isPresent()) {
      String service = user.get().service().value();
      throw new LifecycleException(
          new RequestRefused(
              "'" + model.id() + "' is in use by the server of '" + service + "'",
              IN_USE,
              "end it first: stoker stop " + service));
    }
    ByteSize freed = ports.modelCache().remove(model.id());
    if (freed.bytes() == 0) {
      throw broken(model, "nothing of it is in " + place());
    }
    return freed;
  }

  private boolean uses(Lease lease, HubModel model) {
    return ports
        .stateStore()
        .service(lease.service())
        .filter(each -> each.servedName().equals(model.servedName()))
        .isPresent();
  }

  private static LifecycleException broken(HubModel model, String problem) {
    return new LifecycleException(new FilesBroken(model.text(), problem, Evidence.none()));
  }
}
