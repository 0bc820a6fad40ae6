package dev.stoker.infrastructure.provider.vllm;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of vLLM, as far as decisions need it: {@code 0.10.1.dev123+gabc} counts as 0.10.1.
 *
 * @param major first number
 * @param minor second
 * @param patch third, 0 when there is none
 */
record VllmVersion(int major, int minor, int patch) implements Comparable<VllmVersion> {
  /** The oldest that is supported (NFR-017). */
  static final VllmVersion OLDEST = new VllmVersion(0, 4, 0);

  private static final Pattern SHAPE =
      Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?.*");

  static Optional<VllmVersion> parse(String text) {
    Matcher matcher = SHAPE.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int patch = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    return Optional.of(
        new VllmVersion(
            Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), patch));
  }

  boolean isAtLeast(int otherMajor, int otherMinor, int otherPatch) {
    return compareTo(new VllmVersion(otherMajor, otherMinor, otherPatch)) >= 0;
  }

  @Override
  public int compareTo(VllmVersion other) {
    if (major != other.major) {
      return Integer.compare(major, other.major);
    }
    return minor != other.minor
        ? Integer.compare(minor, other.minor)
        : Integer.compare(patch, other.patch);
  }
}
