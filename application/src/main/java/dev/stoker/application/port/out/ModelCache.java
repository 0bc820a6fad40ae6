package dev.stoker.application.port.out;

import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.unit.ByteSize;

/** The Hub's cache on this machine. */
public interface ModelCache {
  /** {@return how many bytes of that model are there, half-fetched ones included; 0 for none} */
  ByteSize present(ModelId id);
}
