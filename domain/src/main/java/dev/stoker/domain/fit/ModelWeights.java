package dev.stoker.domain.fit;

import dev.stoker.domain.unit.ByteSize;

/**
 * How much the weights of a model take.
 *
 * @param total of all tensors that are loaded, each counted once
 * @param replicated of those that every device holds whole when a layer is shared: norms, routers,
 *     the down-projections of latent attention
 * @param keyValue of the projections to keys and values, which are copied where there are more
 *     devices than heads
 */
public record ModelWeights(ByteSize total, ByteSize replicated, ByteSize keyValue) {
  /** {@return weights of which only the sum is known} */
  public static ModelWeights ofTotal(ByteSize total) {
    return new ModelWeights(total, new ByteSize(0), new ByteSize(0));
  }

  /** {@return bytes on the fullest device of so many, a model of that shape} */
  public long perDevice(ModelShape shape, int tensorParallel, int pipelineParallel) {
    long shared = total.bytes() - replicated.bytes() - keyValue.bytes();
    double whole =
        replicated.bytes()
            + (double) shared / tensorParallel
            + (double) keyValue.bytes() / Math.min(tensorParallel, shape.keyValueHeads());
    return Math.round(whole * stage(shape.layers(), pipelineParallel) / shape.layers());
  }

  /** {@return how many layers the largest stage of a pipeline has} */
  static int stage(int layers, int pipelineParallel) {
    return (layers + pipelineParallel - 1) / pipelineParallel;
  }
}
