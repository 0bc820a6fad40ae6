package dev.stoker.infrastructure.model;

import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.model.RepoFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import okhttp3.HttpUrl;
import okhttp3.Response;

/**
 * The files of a model on the Hub, of which parts are read.
 *
 * @param client asks for them
 * @param access as who
 * @param listing what there is
 */
record HubFiles(HubClient client, HubAccess access, Listing listing) implements ModelFiles {
  @Override
  public Collection<String> names() {
    return listing.files().stream().map(RepoFile::path).toList();
  }

  @Override
  public long size(String name) throws IOException {
    return file(name).size().bytes();
  }

  @Override
  public byte[] read(String name, long from, int most) throws IOException {
    long end = Math.min(from + most, file(name).size().bytes());
    if (end <= from) {
      return new byte[0];
    }
    HttpUrl url = addressOf(access, listing, name);
    try (Response response =
        client.get(
            access,
            listing.id(),
            url,
            request ->
                request
                    .header("Range", "bytes=" + from + "-" + (end - 1))
                    .header("Accept-Encoding", "identity"))) {
      if (response.code() == 200) {
        // The whole file, from its beginning.
        response.body().source().skip(from);
      }
      return response.body().source().readByteArray(end - from);
    }
  }

  /** {@return where a file is read; of the commit, so that all are of one state} */
  static HttpUrl addressOf(HubAccess access, Listing listing, String name) {
    return access.at(null, listing.id().value(), "resolve/" + listing.commit(), name);
  }

  private RepoFile file(String name) throws NoSuchFileException {
    return listing.files().stream()
        .filter(file -> file.path().equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchFileException(name));
  }
}
