package dev.stoker.http.control;

import dev.stoker.application.port.in.Models;
import dev.stoker.application.port.in.Models.Fetched;
import dev.stoker.application.port.in.Models.Imported;
import dev.stoker.application.port.in.Models.Permission;
import dev.stoker.application.port.in.Models.PullProgress;
import dev.stoker.application.port.in.Models.PullWatcher;
import dev.stoker.application.port.in.Models.Verification;
import dev.stoker.application.port.out.ModelCache.Verified;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.http.message.Fields;
import dev.stoker.http.message.ModelMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The models of this machine: listed, looked at, fetched, checked, carried, removed. */
final class ModelRoutes {
  private static final String MODEL = "model";
  private static final String FOLDER = "folder";
  private static final String PICKLES = "allow_pickle";
  private static final String CODE = "allow_code";

  private final Models models;

  ModelRoutes(Models models) {
    this.models = models;
  }

  List<Route> all() {
    return List.of(
        Route.of("GET", "/v1/models", _ -> list()),
        Route.of("POST", "/v1/models/show", this::show),
        Route.of("POST", "/v1/models/pull", this::pull),
        Route.of("POST", "/v1/models/verify", this::verify),
        Route.of("POST", "/v1/models/remove", this::remove),
        Route.of("POST", "/v1/bundles/export", this::export),
        Route.of("POST", "/v1/bundles/import", this::take));
  }

  private Answer list() {
    return Answer.ok(ModelMessage.ofAll(models.place(), models.list()));
  }

  private Answer show(Call call) {
    String text = call.read(fields -> only(fields, Set.of(MODEL)).requiredText(MODEL));
    ModelReference model = models.reference(text);
    return Answer.ok(ModelMessage.of(text, models.show(model)));
  }

  private Answer pull(Call call) {
    HubModel model = call.read(fields -> hub(only(fields, Set.of(MODEL, PICKLES, CODE))));
    Permission permission = call.read(ModelRoutes::permission);
    return transfer(
        watcher -> ModelMessage.of(model.text(), models.pull(model, permission, watcher)));
  }

  private Answer export(Call call) {
    HubModel model = call.read(fields -> hub(only(fields, Set.of(MODEL, FOLDER, PICKLES, CODE))));
    Path folder = call.read(fields -> fields.requiredFolder(FOLDER));
    Permission permission = call.read(ModelRoutes::permission);
    return transfer(
        watcher -> {
          Fetched done = models.exportBundle(model, permission, folder, watcher);
          return ModelMessage.of(model.text(), done);
        });
  }

  private Answer take(Call call) {
    Path folder =
        call.read(fields -> only(fields, Set.of(FOLDER, PICKLES, CODE)).requiredFolder(FOLDER));
    Permission permission = call.read(ModelRoutes::permission);
    return transfer(
        watcher -> {
          Imported done = models.importBundle(folder, permission, watcher);
          return ModelMessage.of(done.model().text(), done.fetched());
        });
  }

  private Answer verify(Call call) {
    HubModel model = call.read(fields -> hub(only(fields, Set.of(MODEL))));
    List<Verified> bad = new ArrayList<>();
    Verification verification =
        models.verify(
            model,
            each -> {
              if (!each.problem().isEmpty()) {
                bad.add(each);
              }
            });
    List<String> missing = verification.snapshot().missing();
    return Answer.ok(
        Map.of(
            "good",
            bad.isEmpty() && missing.isEmpty(),
            "compared",
            verification.compared(),
            "missing",
            missing,
            "damaged",
            bad.stream()
                .map(each -> Map.of("file", each.file(), "problem", each.problem()))
                .toList()));
  }

  private Answer remove(Call call) {
    HubModel model = call.read(fields -> hub(only(fields, Set.of(MODEL))));
    return Answer.ok(Map.of("freed_bytes", models.remove(model).bytes()));
  }

  private static Fields only(Fields fields, Set<String> known) {
    fields.onlyThese(known);
    return fields;
  }

  private HubModel hub(Fields fields) {
    String text = fields.requiredText(MODEL);
    if (models.reference(text) instanceof HubModel hub) {
      return hub;
    }
    throw new IllegalArgumentException(
        "member 'model' = " + text + " must be a model of the Hub, such as Qwen/Qwen3-8B");
  }

  private static Permission permission(Fields fields) {
    return new Permission(fields.flag(PICKLES), fields.flag(CODE));
  }

  /** Told as it goes; a caller that hangs up ends it, what came stays. */
  private static Answer transfer(Function<PullWatcher, Map<String, Object>> work) {
    return new Answer.Parts(
        parts -> {
          Told told = new Told(parts);
          Map<String, Object> done = work.apply(told);
          parts.part(Map.of("done", done));
        });
  }

  /** Who waits for a transfer at the other end of a connection. */
  private static final class Told implements PullWatcher {
    private final PartSink parts;
    private volatile boolean cancelled;

    Told(PartSink parts) {
      this.parts = parts;
    }

    @Override
    public void progress(PullProgress progress) {
      tell(Map.of("progress", ModelMessage.of(progress)));
    }

    @Override
    public void remark(String sentence) {
      tell(Map.of("remark", sentence));
    }

    /** Several threads tell, one at a time. */
    private synchronized void tell(Map<String, Object> part) {
      if (cancelled) {
        return;
      }
      try {
        parts.part(part);
      } catch (LifecycleException e) {
        cancelled = true;
      }
    }

    @Override
    public boolean isCancelled() {
      return cancelled || parts.isGone();
    }
  }
}
