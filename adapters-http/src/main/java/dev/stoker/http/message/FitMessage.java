package dev.stoker.http.message;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.ModelFit.Report;
import dev.stoker.domain.fit.FitEstimate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Whether a model fits. */
public final class FitMessage {
  private FitMessage() {}

  /** {@return what was found of a service's model; sizes are bytes for each device} */
  public static Map<String, Object> of(ServiceSpec service, Report report) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", service.model().servedName());
    map.put("engine", report.engine());
    FitEstimate estimate = report.estimate();
    if (estimate == null) {
      map.put("verdict", "unknown");
      map.put("problem", report.facts().problem());
      return map;
    }
    map.put("verdict", estimate.verdict().name().toLowerCase(Locale.ROOT));
    map.put("certain", estimate.certain());
    map.put("problem", estimate.problem());
    map.put("budget_bytes", estimate.budget());
    map.put("weights_bytes", estimate.weights());
    map.put("overhead_bytes", estimate.overhead());
    map.put("cache_bytes", estimate.cacheLeft());
    map.put("cache_tokens", estimate.tokens());
    map.put("request_bytes", estimate.cacheNeeded());
    map.put("context", estimate.context());
    map.put("longest_context", estimate.longestContext());
    map.put("concurrency", estimate.concurrency());
    return map;
  }
}
