package dev.stoker.infrastructure.model;

import java.io.IOException;
import java.util.Collection;

/** The files of one model, wherever they are. Calls block. */
interface ModelFiles {
  /** {@return the names of all of them, relative to the model} */
  Collection<String> names() throws IOException;

  /**
   * {@return how long a file is}
   *
   * @throws java.nio.file.NoSuchFileException when there is none of that name
   */
  long size(String name) throws IOException;

  /**
   * {@return a part of a file; shorter where the file ends}
   *
   * @param from the first byte
   * @param most how many bytes at most
   * @throws java.nio.file.NoSuchFileException when there is none of that name
   */
  byte[] read(String name, long from, int most) throws IOException;
}
