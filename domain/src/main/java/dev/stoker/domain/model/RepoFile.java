package dev.stoker.domain.model;

import dev.stoker.domain.unit.ByteSize;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file of a model as the Hub, an index or a bundle names it: names from outside, which must never
 * lead out of their folder.
 *
 * @param path relative, with {@code /}; checked
 * @param size how long it is
 * @param etag what its content is called in the cache: the SHA-256 of large files, the git object
 *     id of small ones; hexadecimal, checked
 */
public record RepoFile(String path, ByteSize size, String etag) {
  private static final int LONGEST = 1024;
  private static final int SHA256 = 64;

  /** No drive letters, no backslashes, nothing that a terminal obeys. */
  private static final Pattern SEGMENT = Pattern.compile("[^/\\\\:\\p{Cntrl}\\p{Cf}]{1,255}");

  private static final Pattern ETAG = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /**
   * Checks the name and what its content is called.
   *
   * @throws IllegalArgumentException when the name could lead out of the folder, or either is none
   */
  public RepoFile {
    Optional<String> problem = problemOf(path);
    if (problem.isPresent()) {
      throw new IllegalArgumentException(problem.get());
    }
    if (!ETAG.matcher(etag).matches()) {
      throw new IllegalArgumentException(
          "the content of '" + path + "' has no name made of a checksum");
    }
  }

  /** {@return why a text is no path of a file within a folder; empty where it is one} */
  public static Optional<String> problemOf(String path) {
    if (path.length() > LONGEST) {
      return Optional.of("a file's name is longer than " + LONGEST + " characters");
    }
    for (String segment : path.split("/", -1)) {
      boolean leads = segment.equals(".") || segment.equals("..");
      if (leads || !SEGMENT.matcher(segment).matches()) {
        return Optional.of(
            "the file name '"
                + path.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?")
                + "' may lead out of its folder");
      }
    }
    return Optional.empty();
  }

  /** {@return whether its content is named by its SHA-256, and not by git} */
  public boolean hasSha256() {
    return etag.length() == SHA256;
  }
}
