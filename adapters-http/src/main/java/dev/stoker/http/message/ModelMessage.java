package dev.stoker.http.message;

import dev.stoker.application.ModelFacts;
import dev.stoker.application.port.in.Models.Details;
import dev.stoker.application.port.in.Models.Fetched;
import dev.stoker.application.port.in.Models.Published;
import dev.stoker.application.port.in.Models.PullProgress;
import dev.stoker.application.port.out.ModelCache.CachedModel;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Models on a machine and on the Hub. What is not known is null. */
public final class ModelMessage {
  private ModelMessage() {}

  /**
   * {@return what is here of each model, and where}
   *
   * @param place where models of the Hub are kept
   */
  public static Map<String, Object> ofAll(Path place, List<CachedModel> models) {
    Map<String, Object> map = usage(place, models);
    map.put("models", models.stream().map(ModelMessage::of).toList());
    return map;
  }

  /** {@return how much they take, and where} */
  public static Map<String, Object> usage(Path place, List<CachedModel> models) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("folder", place.toString());
    map.put("models", models.size());
    map.put("bytes", models.stream().mapToLong(each -> each.bytes().bytes()).sum());
    map.put("unfinished_bytes", models.stream().mapToLong(each -> each.unfinished().bytes()).sum());
    return map;
  }

  /** {@return what is here of one} */
  public static Map<String, Object> of(CachedModel model) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", model.id().value());
    map.put("commits", model.commits());
    map.put("bytes", model.bytes().bytes());
    map.put("unfinished_bytes", model.unfinished().bytes());
    return map;
  }

  /**
   * {@return everything that is known of one}
   *
   * @param model as it was asked for
   */
  public static Map<String, @Nullable Object> of(String model, Details details) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("model", model);
    map.put("here", details.snapshot() == null ? null : here(details.snapshot()));
    map.put("hub", details.published() == null ? null : published(details.published()));
    map.put("hub_silence", details.silence());
    map.put("facts", details.facts() == null ? null : facts(details.facts()));
    return map;
  }

  private static Map<String, @Nullable Object> here(Snapshot snapshot) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("commit", snapshot.commit());
    map.put("folder", snapshot.folder() == null ? null : snapshot.folder().toString());
    map.put("complete", snapshot.folder() != null && snapshot.isComplete());
    map.put("missing", snapshot.folder() == null ? List.of() : snapshot.missing());
    map.put("bytes", snapshot.bytes().bytes());
    return map;
  }

  private static Map<String, Object> published(Published published) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("commit", published.commit());
    map.put("gated", published.gated());
    map.put("files", published.files());
    map.put("bytes", published.bytes().bytes());
    return map;
  }

  private static Map<String, @Nullable Object> facts(ModelFacts facts) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("architecture", facts.architecture());
    map.put("type", facts.type());
    map.put("quantization", facts.quantization());
    map.put("custom_code", facts.customCode());
    ModelWeights weights = facts.weights();
    map.put("weights_bytes", weights == null ? null : weights.total().bytes());
    map.put("weights_known_by", facts.source());
    map.put("problem", facts.problem());
    ModelShape shape = facts.shape();
    map.put("layers", shape == null ? null : shape.layers());
    map.put("attention_heads", shape == null ? null : shape.attentionHeads());
    map.put("key_value_heads", shape == null ? null : shape.keyValueHeads());
    map.put("longest_context", shape == null ? null : shape.longestContext());
    return map;
  }

  /** {@return how far fetching is} */
  public static Map<String, @Nullable Object> of(PullProgress progress) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("bytes", progress.there().bytes());
    map.put("total_bytes", progress.total().bytes());
    ByteSize rate = progress.perSecond();
    map.put("bytes_per_second", rate == null ? null : rate.bytes());
    Duration left = progress.left();
    map.put("remaining_ms", left == null ? null : left.toMillis());
    return map;
  }

  /**
   * {@return a model that is complete}
   *
   * @param model as it was asked for
   */
  public static Map<String, Object> of(String model, Fetched fetched) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", model);
    map.put("commit", fetched.commit());
    map.put("folder", fetched.folder().toString());
    map.put("bytes", fetched.bytes().bytes());
    map.put("fetched_bytes", fetched.came().bytes());
    return map;
  }
}
