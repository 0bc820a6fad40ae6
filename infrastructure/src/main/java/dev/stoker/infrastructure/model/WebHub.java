package dev.stoker.infrastructure.model;

import dev.stoker.application.ModelFacts;
import dev.stoker.application.port.out.ModelHub;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.failure.ModelFailure.Refusal;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Hub over its HTTP interface ({@code facts-hub-and-gpu.md} C1). */
final class WebHub implements ModelHub {
  private static final Logger log = LoggerFactory.getLogger(WebHub.class);
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern MASKED = Pattern.compile("\\*+");
  private static final int MOST_FILES = 100_000;

  private final HubClient client;
  private final Settings settings;

  @Inject
  WebHub(HubClient client, Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  @Override
  public boolean isOffline() {
    return HubAccess.isOffline(settings.environment());
  }

  @Override
  public Listing look(ModelId id, Revision revision) {
    HubAccess access = client.access();
    HttpUrl url = access.at("blobs=true", "api/models/" + id, "revision");
    url = url.newBuilder().addPathSegment(revision.value()).build();
    Map<?, ?> model = client.object(access, id, url);
    boolean gated = model.get("gated") != null && !Boolean.FALSE.equals(model.get("gated"));
    if (gated) {
      // Its description is public, its files are not.
      client.get(access, id, access.at(null, "api/models/" + id, "auth-check"), _ -> {}).close();
    }
    if (!(model.get("sha") instanceof String commit) || !COMMIT.matcher(commit).matches()) {
      throw strange(id, "it names no commit");
    }
    return new Listing(id, revision, commit, gated, files(id, model));
  }

  private static List<RepoFile> files(ModelId id, Map<?, ?> model) {
    List<RepoFile> files = new ArrayList<>();
    if (!(model.get("siblings") instanceof List<?> siblings) || siblings.size() > MOST_FILES) {
      throw strange(id, "it lists no files, or more than " + MOST_FILES);
    }
    for (Object each : siblings) {
      if (each instanceof Map<?, ?> file
          && file.get("rfilename") instanceof String path
          && file.get("size") instanceof Double size) {
        try {
          files.add(new RepoFile(path, new ByteSize(size.longValue()), etag(id, file)));
        } catch (IllegalArgumentException e) {
          // Never written anywhere; where it is needed, it will be missed.
          log.atWarn()
              .addKeyValue("model", id)
              .addKeyValue("problem", e.getMessage())
              .log("file passed over");
        }
      }
    }
    return files;
  }

  /** What the content of a file is called in the cache: the checksum where it is large. */
  private static String etag(ModelId id, Map<?, ?> file) {
    Object name =
        file.get("lfs") instanceof Map<?, ?> large ? large.get("sha256") : file.get("blobId");
    if (name instanceof String text && MASKED.matcher(text).matches()) {
      throw new LifecycleException(new AccessDenied(id, Refusal.GATED, Evidence.none()));
    }
    return String.valueOf(name);
  }

  private static LifecycleException strange(ModelId id, String problem) {
    return new LifecycleException(
        new FilesBroken(
            id.value(),
            "what the Hub tells of it is not to be trusted: " + problem,
            Evidence.none()));
  }

  @Override
  public NeededFiles needed(Listing listing, boolean code) {
    try {
      return ModelReader.needed(new HubFiles(client, client.access(), listing), code);
    } catch (IOException e) {
      throw broken(listing, e);
    }
  }

  @Override
  public ModelFacts facts(Listing listing, String type) {
    try {
      return ModelReader.read(new HubFiles(client, client.access(), listing), type);
    } catch (IOException e) {
      throw broken(listing, e);
    }
  }

  private static LifecycleException broken(Listing listing, IOException problem) {
    return new LifecycleException(
        new FilesBroken(
            listing.id().value(), String.valueOf(problem.getMessage()), Evidence.none()),
        problem);
  }
}
