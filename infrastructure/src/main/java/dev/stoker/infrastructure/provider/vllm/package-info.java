/** vLLM: finding, launching, reading and explaining it. */
@NullMarked
package dev.stoker.infrastructure.provider.vllm;

import org.jspecify.annotations.NullMarked;
