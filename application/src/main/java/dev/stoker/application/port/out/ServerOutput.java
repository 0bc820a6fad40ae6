package dev.stoker.application.port.out;

import dev.stoker.domain.unit.ByteSize;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Reads what servers print. */
public interface ServerOutput {
  /** How what Stoker itself says within an output begins. */
  String OWN_WORDS = "[stoker] ";

  /** {@return a reader from the beginning of a file, which need not exist yet} */
  Cursor open(Path log);

  /** {@return the last lines, at most this many, cleaned; empty when there is no file} */
  List<String> tail(Path log, int most);

  /**
   * Reads an output to its end.
   *
   * @return the first lines and the last ones, cleaned, at most these many of each
   */
  List<String> read(InputStream output, int first, int last);

  /**
   * Drops the oldest part of an output that has grown beyond a size, while its server writes on.
   * What was dropped is counted, and said to who reads from before it. Blocks on the disk.
   *
   * @return whether something was dropped
   */
  boolean keepWithin(Path log, ByteSize most);

  /** A place in a file; for one thread. */
  interface Cursor {
    /**
     * {@return the lines finished since the last call, cleaned: no terminal escapes or control
     * characters, carriage returns end a line, long ones are cut}
     */
    List<String> next();

    /** {@return how many bytes were printed up to here, those that were dropped among them} */
    long position();
  }
}
