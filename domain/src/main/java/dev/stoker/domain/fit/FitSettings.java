package dev.stoker.domain.fit;

import dev.stoker.domain.unit.ByteSize;
import org.jspecify.annotations.Nullable;

/**
 * How a model is to be run.
 *
 * @param tensorParallel devices that share a layer, from 1
 * @param pipelineParallel groups of devices that share the layers, from 1
 * @param utilization share of a device's memory to take, above 0 up to 1
 * @param context longest request in tokens, its answer included; 0 for the model's own
 * @param sequences most requests computed at once; 0 for the server's default
 * @param cacheElementBytes bytes of one cached element; 0 for those of the model
 * @param cache size of the cache where it is given; null where the server finds it
 */
public record FitSettings(
    int tensorParallel,
    int pipelineParallel,
    double utilization,
    int context,
    int sequences,
    int cacheElementBytes,
    @Nullable ByteSize cache) {

  /** {@return how many devices it takes} */
  public int devices() {
    return tensorParallel * pipelineParallel;
  }

  FitSettings withContext(int other) {
    return new FitSettings(
        tensorParallel, pipelineParallel, utilization, other, sequences, cacheElementBytes, cache);
  }

  FitSettings withUtilization(double other) {
    return new FitSettings(
        tensorParallel, pipelineParallel, other, context, sequences, cacheElementBytes, cache);
  }

  FitSettings withTensorParallel(int other) {
    return new FitSettings(
        other, pipelineParallel, utilization, context, sequences, cacheElementBytes, cache);
  }

  FitSettings withSequences(int other) {
    return new FitSettings(
        tensorParallel, pipelineParallel, utilization, context, other, cacheElementBytes, cache);
  }

  FitSettings withCacheElementBytes(int other) {
    return new FitSettings(
        tensorParallel, pipelineParallel, utilization, context, sequences, other, cache);
  }
}
