package dev.stoker.cli.render;

import dev.stoker.application.ModelFacts;
import dev.stoker.application.port.in.Models.Details;
import dev.stoker.application.port.in.Models.Published;
import dev.stoker.application.port.out.ModelCache.CachedModel;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is known of models, in lines. */
public final class ModelsText {
  private static final int SHORT_COMMIT = 12;

  private ModelsText() {}

  /** {@return a line for each model, with the sum} */
  public static List<String> list(List<CachedModel> models) {
    int width = models.stream().mapToInt(each -> each.id().value().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    long sum = 0;
    for (CachedModel each : models) {
      sum += each.bytes().bytes();
      String commit = each.commits().isEmpty() ? "" : shortened(each.commits().getFirst());
      lines.add(
          String.format(
                  Locale.ROOT,
                  "%-" + width + "s  %10s  %-" + SHORT_COMMIT + "s%s",
                  each.id(),
                  each.bytes(),
                  commit,
                  remark(each))
              .stripTrailing());
    }
    lines.add(String.format(Locale.ROOT, "%-" + width + "s  %10s", "", new ByteSize(sum)));
    return lines;
  }

  private static String remark(CachedModel model) {
    if (model.unfinished().bytes() > 0) {
      return "  " + model.unfinished() + " not fetched to the end";
    }
    return model.commits().size() > 1 ? "  and " + (model.commits().size() - 1) + " older" : "";
  }

  private static String shortened(String commit) {
    return commit.length() > SHORT_COMMIT ? commit.substring(0, SHORT_COMMIT) : commit;
  }

  /** {@return what is known of one} */
  public static List<String> details(String model, Details details) {
    List<String> lines = new ArrayList<>();
    lines.add(model);
    Snapshot snapshot = details.snapshot();
    if (snapshot != null) {
      lines.add("  here       " + here(snapshot));
    }
    Published published = details.published();
    if (published != null) {
      lines.add(
          "  on the Hub "
              + published.bytes()
              + " in "
              + published.files()
              + " files that are needed, commit "
              + shortened(published.commit())
              + (published.gated() ? ", gated (access granted)" : ""));
    } else if (!details.silence().isEmpty()) {
      lines.add("  on the Hub not known: " + details.silence());
    }
    ModelFacts facts = details.facts();
    if (facts != null) {
      addFacts(lines, facts);
    }
    return lines;
  }

  private static String here(Snapshot snapshot) {
    if (snapshot.folder() == null) {
      return "nothing";
    }
    return snapshot.isComplete()
        ? "complete, " + snapshot.bytes() + ", commit " + shortened(snapshot.commit())
        : "not complete: " + String.join("; ", snapshot.missing());
  }

  private static void addFacts(List<String> lines, ModelFacts facts) {
    lines.add(
        "  kind       "
            + facts.architecture()
            + (facts.type().isEmpty() ? "" : ", " + facts.type())
            + (facts.quantization().isEmpty() ? "" : ", quantized by " + facts.quantization())
            + (facts.customCode() ? ", brings code of its own" : ""));
    ModelWeights weights = facts.weights();
    lines.add(
        "  weights    "
            + (weights == null
                ? "not known: " + facts.source()
                : weights.total() + ", by " + facts.source()));
    ModelShape shape = facts.shape();
    if (shape == null) {
      lines.add("  shape      not known: " + facts.problem());
      return;
    }
    lines.add(
        "  shape      "
            + shape.layers()
            + " layers, "
            + shape.attentionHeads()
            + " heads ("
            + shape.keyValueHeads()
            + " for keys and values), context of "
            + shape.longestContext()
            + " tokens");
    lines.add(
        "  cache      "
            + new ByteSize(shape.layers() * shape.cachedPerLayer(1, shape.elementBytes()))
            + " for each token");
  }
}
