package dev.stoker.infrastructure.model;

import dev.stoker.domain.model.RepoFile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Counts what a content is called in the cache: the SHA-256 of large files; of small ones git's
 * name, which is a SHA-1 over length and content. For one thread; to be closed.
 */
interface ContentName extends AutoCloseable {
  /** Takes more of the content, in order. */
  void add(byte[] bytes, int count);

  /** {@return whether the content is what it is called; nothing may be added any more} */
  boolean isRight();

  @Override
  void close();

  /** {@return one for a file} */
  static ContentName of(RepoFile file) {
    return file.hasSha256() ? new OfLarge(file.etag()) : new OfSmall(file);
  }

  /** SHA-256. */
  final class OfLarge implements ContentName {
    private final String wanted;
    private final Sha256 sum = new Sha256();

    OfLarge(String wanted) {
      this.wanted = wanted;
    }

    @Override
    public void add(byte[] bytes, int count) {
      sum.update(bytes, count);
    }

    @Override
    public boolean isRight() {
      return sum.hex().equals(wanted);
    }

    @Override
    public void close() {
      sum.close();
    }
  }

  /** Git's. */
  final class OfSmall implements ContentName {
    private final String wanted;
    private final MessageDigest sum = Sha256.digest("SHA-1");

    OfSmall(RepoFile file) {
      wanted = file.etag();
      String head = "blob " + file.size().bytes() + "\0";
      sum.update(head.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void add(byte[] bytes, int count) {
      sum.update(bytes, 0, count);
    }

    @Override
    public boolean isRight() {
      return HexFormat.of().formatHex(sum.digest()).equals(wanted);
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
