package dev.stoker.infrastructure.http;

import dev.stoker.domain.health.EngineSample;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads vLLM's counters from Prometheus' text format, by all the names they have had ({@code
 * facts-vllm.md} 2.4). Pure. Series of several engines are added up; what is unknown, or no number,
 * is passed over.
 */
final class MetricsText {
  private static final String OURS = "vllm:";
  private static final String RUNNING = "vllm:num_requests_running";
  private static final String WAITING = "vllm:num_requests_waiting";
  private static final String KV_USE = "vllm:kv_cache_usage_perc";
  private static final String KV_USE_BEFORE_0_12 = "vllm:gpu_cache_usage_perc";
  private static final String PROMPT = "vllm:prompt_tokens_total";
  private static final String GENERATED = "vllm:generation_tokens_total";
  private static final String ITERATIONS = "vllm:iteration_tokens_total_count";
  private static final String FINISHED = "vllm:request_success_total";
  private static final String SLEEP = "vllm:engine_sleep_state";

  private static final String AWAKE = "sleep_state=\"awake\"";

  private MetricsText() {}

  /** What the series of one name add up to. */
  private static final class Sum {
    private double value;
    private double most;

    void add(double more) {
      value += more;
      most = Math.max(most, more);
    }
  }

  static EngineSample read(String text) {
    Map<String, Sum> sums = new HashMap<>();
    boolean asleep = false;
    int at = 0;
    while (at < text.length()) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      if (text.startsWith(OURS, at)) {
        asleep |= readSeries(text, at, end, sums);
      }
      at = end + 1;
    }
    Sum use = sums.getOrDefault(KV_USE, sums.get(KV_USE_BEFORE_0_12));
    return new EngineSample(
        whole(sums.get(RUNNING)),
        whole(sums.get(WAITING)),
        use == null ? null : Math.clamp(use.most, 0, 1),
        whole(sums.get(PROMPT)),
        whole(sums.get(GENERATED)),
        whole(sums.get(ITERATIONS)),
        whole(sums.get(FINISHED)),
        asleep);
  }

  /** {@return whether the series says that an engine sleeps} */
  private static boolean readSeries(String text, int from, int end, Map<String, Sum> sums) {
    int labels = indexOf(text, '{', from, end);
    int space = indexOf(text, ' ', from, end);
    int nameEnd = labels >= 0 && (space < 0 || labels < space) ? labels : space;
    if (nameEnd < 0) {
      return false;
    }
    String name = text.substring(from, nameEnd);
    boolean known =
        switch (name) {
          case RUNNING,
              WAITING,
              KV_USE,
              KV_USE_BEFORE_0_12,
              PROMPT,
              GENERATED,
              ITERATIONS,
              FINISHED,
              SLEEP ->
              true;
          default -> false;
        };
    if (!known) {
      return false;
    }
    // A label's value may hold braces and spaces: the value stands behind the last brace.
    int valueFrom = nameEnd == labels ? text.lastIndexOf('}', end - 1) + 1 : nameEnd;
    if (valueFrom <= from) {
      return false;
    }
    double value = number(text.substring(valueFrom, end).strip());
    if (Double.isNaN(value) || Double.isInfinite(value) || value < 0) {
      return false;
    }
    if (name.equals(SLEEP)) {
      return value > 0 && !text.substring(nameEnd, valueFrom).contains(AWAKE);
    }
    sums.computeIfAbsent(name, _ -> new Sum()).add(value);
    return false;
  }

  /** Behind the value a timestamp may follow. */
  private static double number(String text) {
    int space = text.indexOf(' ');
    try {
      return Double.parseDouble(space < 0 ? text : text.substring(0, space));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static int indexOf(String text, char wanted, int from, int end) {
    int at = text.indexOf(wanted, from, end);
    return at < end ? at : -1;
  }

  private static @Nullable Long whole(@Nullable Sum sum) {
    return sum == null ? null : Math.round(sum.value);
  }
}
