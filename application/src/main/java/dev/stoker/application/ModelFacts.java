package dev.stoker.application;

import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import org.jspecify.annotations.Nullable;

/**
 * What a model's own files say of it.
 *
 * @param architecture the name of its class; empty where it does not say
 * @param type of its elements, such as {@code bfloat16}; empty where it does not say
 * @param quantization how its weights are made small; empty where they are not
 * @param shape null where the configuration does not tell all of it
 * @param problem why there is no shape, in one sentence; empty where there is one
 * @param weights null where they are not known
 * @param source by what the weights are known, in words
 * @param customCode whether it brings code of its own, which runs only when trusted
 */
public record ModelFacts(
    String architecture,
    String type,
    String quantization,
    @Nullable ModelShape shape,
    String problem,
    @Nullable ModelWeights weights,
    String source,
    boolean customCode) {}
