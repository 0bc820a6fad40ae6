package dev.stoker.http.gateway;

import java.util.Set;

/**
 * What is passed on to a server: questions to a model, and nothing else. Everything that changes a
 * server or shows its inside (LoRA loading, sleeping, metrics, development routes) is not on the
 * list, so a new one of a later vLLM is not either.
 */
final class InferenceRoutes {
  private static final Set<String> PATHS =
      Set.of(
          "/v1/chat/completions",
          "/v1/completions",
          "/v1/responses",
          "/v1/messages",
          "/v1/messages/count_tokens",
          "/v1/embeddings",
          "/v1/audio/transcriptions",
          "/v1/audio/translations",
          "/v1/score",
          "/v1/rerank",
          "/v2/rerank",
          "/score",
          "/rerank",
          "/pooling",
          "/classify",
          "/tokenize",
          "/detokenize");

  private InferenceRoutes() {}

  /** {@return whether requests to that path are for a model} */
  static boolean isOne(String path) {
    return PATHS.contains(path);
  }

  /** {@return the route, or one word for all that is none: what clients send names no meter} */
  static String label(String path) {
    return isOne(path) ? path : "other";
  }
}
