package dev.stoker.application.port.out;

import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.unit.ByteSize;

/** The Hub's cache on this machine. */
public interface ModelCache {
  /** {@return what is there of that model; cheap: file names and sizes} */
  Cached look(ModelId id);

  /**
   * What is there of a model.
   *
   * @param bytes how many, half-fetched ones included; 0 for none
   * @param whole whether there are weights and nothing is half-fetched; that no file is missing is
   *     not known by it
   */
  record Cached(ByteSize bytes, boolean whole) {}
}
