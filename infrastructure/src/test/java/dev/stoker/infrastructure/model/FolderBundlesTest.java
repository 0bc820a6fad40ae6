package dev.stoker.infrastructure.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.port.out.ModelBundles.Contents;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.application.port.out.ModelFetcher.Watcher;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles on real files: there and back, interrupted, damaged, and made to do harm. */
@Tag("FR-024")
class FolderBundlesTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final HubModel MODEL = new HubModel(new ModelId("acme/model"));
  private static final int WEIGHTS = 3_000_000;

  @TempDir Path folder;

  private Path bundle;
  private FolderBundles here;
  private FileModelCache cacheHere;
  private FolderBundles there;
  private FileModelCache cacheThere;

  @BeforeEach
  void aModelInACache() throws Exception {
    bundle = folder.resolve("bundle");
    here = new FolderBundles(settings("here"));
    cacheHere = new FileModelCache(settings("here"));
    there = new FolderBundles(settings("there"));
    cacheThere = new FileModelCache(settings("there"));
    CacheLayout layout = new CacheLayout(folder.resolve("here"), MODEL.id());
    Files.createDirectories(layout.blobs());
    put(layout, "config.json", "{\"model_type\":\"llama\"}".getBytes(StandardCharsets.UTF_8));
    put(layout, "tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
    put(layout, "1_Pooling/config.json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    put(layout, "model.safetensors", weights());
    layout.writeReference(Revision.MAIN, COMMIT);
    assertThat(snapshot().missing()).isEmpty();
  }

  private Settings settings(String cache) {
    return new Settings(Map.of("HF_HUB_CACHE", folder.resolve(cache).toString()), folder, folder);
  }

  private static byte[] weights() {
    byte[] head =
        ("{\"w\":{\"dtype\":\"U8\",\"shape\":["
                + WEIGHTS
                + "],\"data_offsets\":[0,"
                + WEIGHTS
                + "]}}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] data = new byte[WEIGHTS];
    new Random(1).nextBytes(data);
    return ByteBuffer.allocate(8 + head.length + WEIGHTS)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(head.length)
        .put(head)
        .put(data)
        .array();
  }

  /** Small files by git's name, large ones by their SHA-256, as the Hub has them. */
  private static void put(CacheLayout layout, String name, byte[] content) throws Exception {
    MessageDigest sum = MessageDigest.getInstance(content.length < 1000 ? "SHA-1" : "SHA-256");
    if (content.length < 1000) {
      sum.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
    }
    String etag = HexFormat.of().formatHex(sum.digest(content));
    Files.write(layout.blob(etag), content);
    layout.link(COMMIT, new RepoFile(name, new ByteSize(content.length), etag));
  }

  private Snapshot snapshot() {
    return cacheHere.examine(MODEL.id(), Revision.MAIN, false);
  }

  /** Ends it when so many bytes are there. */
  private record Until(long bytes, long[] seen) implements Watcher {
    static Until always() {
      return new Until(Long.MAX_VALUE, new long[1]);
    }

    @Override
    public void moved(ByteSize size) {
      seen[0] = size.bytes();
    }

    @Override
    public void remark(String sentence) {}

    @Override
    public boolean isCancelled() {
      return seen[0] >= bytes;
    }
  }

  private void export() {
    here.write(MODEL, snapshot(), bundle, Until.always());
  }

  private String list() throws IOException {
    return Files.readString(bundle.resolve(BundleList.NAME));
  }

  private void changeList(String from, String to) throws IOException {
    assertThat(list()).contains(from);
    Files.writeString(bundle.resolve(BundleList.NAME), list().replace(from, to));
  }

  @Test
  void thereAndBack() throws IOException {
    export();
    Contents contents = there.open(bundle, false).contents();
    assertThat(contents.model()).isEqualTo(MODEL);
    assertThat(contents.commit()).isEqualTo(COMMIT);
    assertThat(contents.needed().isComplete()).isTrue();
    there.open(bundle, false).take(Until.always());
    Snapshot arrived = cacheThere.examine(MODEL.id(), Revision.MAIN, false);
    assertThat(arrived.isComplete()).isTrue();
    assertThat(cacheThere.verify(arrived, each -> assertThat(each.problem()).isEmpty()))
        .isEqualTo(4);
    assertThat(arrived.folder().resolve("model.safetensors")).hasBinaryContent(weights());
    // Again: nothing is left to do.
    assertThat(there.open(bundle, false).take(Until.always())).isEqualTo(new ByteSize(0));
  }

  @Test
  void anInterruptedExportGoesOnWhereItWas() {
    Until half = new Until(WEIGHTS / 2, new long[1]);
    assertThatThrownBy(() -> here.write(MODEL, snapshot(), bundle, half))
        .isInstanceOfSatisfying(
            LifecycleException.class, e -> assertThat(e.failure()).isInstanceOf(Cancelled.class));
    assertThat(bundle.resolve(BundleList.NAME)).doesNotExist();
    ByteSize rest = here.write(MODEL, snapshot(), bundle, Until.always());
    assertThat(rest.bytes()).isBetween(1L, (long) WEIGHTS / 2 + 400_000);
    there.open(bundle, false).take(Until.always());
    assertThat(cacheThere.examine(MODEL.id(), Revision.MAIN, false).isComplete()).isTrue();
  }

  @Test
  void anInterruptedImportGoesOnWhereItWas() {
    export();
    assertThatThrownBy(() -> there.open(bundle, false).take(new Until(WEIGHTS / 2, new long[1])))
        .isInstanceOf(LifecycleException.class);
    assertThat(cacheThere.examine(MODEL.id(), Revision.MAIN, false).folder()).isNull();
    ByteSize rest = there.open(bundle, false).take(Until.always());
    assertThat(rest.bytes()).isBetween(1L, (long) WEIGHTS / 2 + 400_000);
  }

  @Test
  void aChangedByteIsFound() throws IOException {
    export();
    Path weights = bundle.resolve("files/model.safetensors");
    byte[] content = Files.readAllBytes(weights);
    content[1_000_000] ^= 1;
    Files.write(weights, content);
    refused("the content of 'model.safetensors'");
  }

  private void refused(String words) {
    assertThatThrownBy(() -> there.open(bundle, false).take(Until.always()))
        .isInstanceOf(LifecycleException.class)
        .hasMessageContaining(words);
    assertThat(cacheThere.examine(MODEL.id(), Revision.MAIN, false).folder()).isNull();
  }

  @Test
  void aShortOneAndAMissingOneAreFound() throws IOException {
    export();
    Path weights = bundle.resolve("files/model.safetensors");
    byte[] content = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(content, 1000));
    refused("has 1000 bytes");
    Files.delete(weights);
    refused("is no file of the bundle");
  }

  @Test
  void whatIsNotNeededIsNotTaken() throws IOException {
    export();
    String weights = list().replaceAll("(?s).*(\\{[^{}]*model\\.safetensors[^{}]*\\}).*", "$1");
    changeList(
        weights,
        weights
            + ","
            + weights.replace("model.safetensors", "pytorch_model.bin")
            + ","
            + weights.replace("model.safetensors", "evil.py"));
    there.open(bundle, false).take(Until.always());
    Path folder = cacheThere.examine(MODEL.id(), Revision.MAIN, false).folder();
    assertThat(folder.resolve("model.safetensors")).exists();
    assertThat(folder.resolve("pytorch_model.bin")).doesNotExist();
    assertThat(folder.resolve("evil.py")).doesNotExist();
  }

  @Test
  void anOlderExportInTheSameFolderIsReplaced() throws IOException {
    export();
    Path weights = bundle.resolve("files/model.safetensors");
    byte[] content = Files.readAllBytes(weights);
    content[2_000_000] ^= 1;
    Files.write(weights, content);
    export();
    assertThat(weights).hasBinaryContent(weights());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../evil",
        "/etc/passwd",
        "a/../../b",
        "a\\\\..\\\\b",
        "./x",
        "C:evil",
        "x\\u0000y"
      })
  void namesThatLeadOutOfTheFolder(String name) throws IOException {
    export();
    changeList("\"tokenizer.json\"", "\"" + name + "\"");
    refused("");
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.toString().contains("evil"))).isEmpty();
    }
  }

  @Test
  void linksLeadNowhere() throws IOException {
    export();
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "{}");
    Path tokenizer = bundle.resolve("files/tokenizer.json");
    Files.delete(tokenizer);
    Files.createSymbolicLink(tokenizer, secret);
    refused("is no file of the bundle");
    // Neither a folder on the way.
    Files.delete(tokenizer);
    Files.writeString(tokenizer, "{}");
    Path pooling = bundle.resolve("files/1_Pooling");
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(pooling, elsewhere);
    Files.createSymbolicLink(pooling, elsewhere);
    refused("is no file of the bundle");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"format\":2}",
        "{\"format\":1,\"commit\":\"../../x\"}",
        "{\"format\":1,\"commit\":\"" + COMMIT + "\",\"model\":\"../x\",\"revision\":\"main\"}",
        "{\"format\":1,\"commit\":\"" + COMMIT + "\",\"model\":\"a/b\",\"revision\":\"../..\"}",
        "{\"format\":1,\"commit\":\""
            + COMMIT
            + "\",\"model\":\"a/b\",\"revision\":\"main\",\"files\":[]}"
      })
  void listsThatAreNone(String text) throws IOException {
    Files.createDirectories(bundle);
    Files.writeString(bundle.resolve(BundleList.NAME), text);
    assertThatThrownBy(() -> there.open(bundle, false)).isInstanceOf(LifecycleException.class);
  }

  @Test
  void sumsThatAreNoneOrContradict() throws IOException {
    export();
    String sum = list().replaceAll("(?s).*\"sha256\": ?\"([0-9a-f]{64})\".*", "$1");
    changeList(sum, sum.substring(1));
    refused("SHA-256");
  }
}
