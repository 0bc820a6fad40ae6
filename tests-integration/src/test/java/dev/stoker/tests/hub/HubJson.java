package dev.stoker.tests.hub;

import java.util.Map;
import java.util.stream.Collectors;

/** What the Hub tells of a model, in its own shapes ({@code facts-hub-and-gpu.md} C1). */
final class HubJson {
  private HubJson() {}

  static String description(String id, String commit, boolean gated, Map<String, byte[]> files) {
    String siblings =
        files.entrySet().stream()
            .map(
                each -> {
                  String etag = HubStandIn.etag(each.getValue());
                  String lfs =
                      etag.length() == 64
                          ? ",\"lfs\":{\"sha256\":\""
                              + etag
                              + "\",\"size\":"
                              + each.getValue().length
                              + ",\"pointerSize\":134}"
                          : "";
                  return "{\"rfilename\":\""
                      + each.getKey()
                      + "\",\"size\":"
                      + each.getValue().length
                      + ",\"blobId\":\""
                      + (lfs.isEmpty() ? etag : "0".repeat(40))
                      + "\""
                      + lfs
                      + "}";
                })
            .collect(Collectors.joining(","));
    return "{\"id\":\""
        + id
        + "\",\"sha\":\""
        + commit
        + "\",\"gated\":"
        + (gated ? "\"manual\"" : "false")
        + ",\"siblings\":["
        + siblings
        + "]}";
  }

  static String tree(Map<String, byte[]> files) {
    return files.entrySet().stream()
        .map(
            each -> {
              String etag = HubStandIn.etag(each.getValue());
              String lfs =
                  etag.length() == 64
                      ? ",\"lfs\":{\"oid\":\""
                          + etag
                          + "\",\"size\":"
                          + each.getValue().length
                          + ",\"pointerSize\":134}"
                      : "";
              return "{\"type\":\"file\",\"path\":\""
                  + each.getKey()
                  + "\",\"size\":"
                  + each.getValue().length
                  + ",\"oid\":\""
                  + (etag.length() == 40 ? etag : "0".repeat(40))
                  + "\""
                  + lfs
                  + "}";
            })
        .collect(Collectors.joining(",", "[", "]"));
  }
}
