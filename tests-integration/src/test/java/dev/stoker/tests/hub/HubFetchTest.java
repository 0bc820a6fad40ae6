package dev.stoker.tests.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.application.port.out.ModelCache.Verified;
import dev.stoker.application.port.out.ModelFetcher.Watcher;
import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.tests.hub.HubStandIn.Asked;
import dev.stoker.tests.hub.HubStandIn.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is fetched from the Hub, against a stand-in with faults. */
class HubFetchTest extends OfHub {
  private static final class Watching implements Watcher {
    private final List<Long> moved = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private long cancelAt = Long.MAX_VALUE;
    private volatile boolean cancelled;

    @Override
    public synchronized void moved(ByteSize there) {
      moved.add(there.bytes());
      cancelled |= there.bytes() >= cancelAt;
    }

    @Override
    public synchronized void remark(String sentence) {
      remarks.add(sentence);
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }

  private List<RepoFile> fetch(Watching watching) {
    Listing listing = look();
    List<RepoFile> files = listing.named(ports().modelHub().needed(listing, false).files());
    ports().modelFetcher().fetch(listing, files, watching);
    return files;
  }

  private Snapshot examine() {
    return ports().modelCache().examine(ID, Revision.MAIN, false);
  }

  private long bytesAsked(String file) {
    return hub.asked().stream()
        .filter(Asked::ofCdn)
        .filter(each -> each.path().endsWith(file))
        .mapToLong(
            each -> each.range().isEmpty() ? 0 : Long.parseLong(each.range().replaceAll("\\D", "")))
        .max()
        .orElse(-1);
  }

  @Test
  void whatIsFetchedIsWhatVllmNeedsInTheLayoutOfTheHubsLibrary() throws IOException {
    assertThat(examine().isComplete()).isFalse();
    Watching watching = new Watching();

    List<RepoFile> files = fetch(watching);

    assertThat(files)
        .extracting(RepoFile::path)
        .containsExactlyInAnyOrder(
            "config.json", "tokenizer.json", NeededFiles.INDEX, SHARD, OTHER);
    Path model = folder.resolve("hub/models--acme--model");
    String commit = hub.commit(NAME);
    assertThat(model.resolve("refs/main")).hasContent(commit);
    Path link = model.resolve("snapshots/" + commit + "/" + SHARD);
    assertThat(Files.readSymbolicLink(link).toString()).startsWith("../../blobs/");
    assertThat(Files.readAllBytes(link)).isEqualTo(shard("a", 1));
    try (var blobs = Files.list(model.resolve("blobs"))) {
      assertThat(blobs).hasSize(5).noneMatch(each -> each.toString().endsWith("incomplete"));
    }
    Snapshot snapshot = examine();
    assertThat(snapshot.isComplete()).as(snapshot.toString()).isTrue();
    assertThat(snapshot.bytes()).isEqualTo(Listing.size(files));
    assertThat(watching.moved.getLast()).isEqualTo(Listing.size(files).bytes());

    int asked = hub.asked().size();
    fetch(new Watching());
    assertThat(hub.asked().subList(asked, hub.asked().size()))
        .as("what is there is not fetched again")
        .noneMatch(Asked::ofCdn);
  }

  @Test
  @Tag("AC-012")
  void theTokenGoesToTheHubAndToNobodyElse() throws IOException {
    environment.put("HF_TOKEN", TOKEN);
    fetch(new Watching());

    assertThat(hub.asked()).anyMatch(Asked::ofCdn);
    assertThat(hub.asked()).allMatch(each -> each.ofCdn() == each.authorization().isEmpty());
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).noneMatch(file -> contains(file, TOKEN));
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTokenInItsFileCounts() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    environment.put("HF_TOKEN_PATH", file.toString());
    look();
    environment.put("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
    look();

    assertThat(hub.asked()).extracting(Asked::authorization).containsExactly("Bearer " + TOKEN, "");
  }

  @Test
  @Tag("NFR-012")
  void whatBreaksIsGoneOnWith() {
    hub.fail("data/" + SHARD, new Fault.CutAfter(300_000), new Fault.CutAfter(200_000));

    fetch(new Watching());

    assertThat(examine().isComplete()).isTrue();
    assertThat(bytesAsked(SHARD))
        .as("the last range begins where the connection broke")
        .isEqualTo(500_000);
  }

  /** OkHttp itself asks again once, on another connection. */
  @Test
  @Tag("NFR-012")
  void aHubThatHangsUpIsAskedAgain() {
    String resolve = "/" + NAME + "/resolve/" + hub.commit(NAME) + "/" + SHARD;
    hub.fail(resolve, new Fault.HangUp(), new Fault.HangUp(), new Fault.HangUp());

    fetch(new Watching());

    assertThat(examine().isComplete()).isTrue();
    assertThat(hub.asked()).filteredOn(each -> each.path().equals(resolve)).hasSize(4);
  }

  @Test
  void whereRangesArePassedOverTheRestIsTakenOfTheWhole() {
    hub.fail("data/" + SHARD, new Fault.CutAfter(300_000), new Fault.WholeFile());

    fetch(new Watching());

    assertThat(examine().isComplete()).isTrue();
  }

  @Test
  void whatStoppedInTheMiddleGoesOnThereTheNextTime() throws IOException {
    Watching first = new Watching();
    first.cancelAt = 700_000;
    assertThatThrownBy(() -> fetch(first))
        .satisfies(problem -> assertThat(codeOf(problem)).isEqualTo(ErrorCode.CANCELLED));
    assertThat(examine().isComplete()).isFalse();
    long unfinished = ports().modelCache().list().getFirst().unfinished().bytes();
    assertThat(unfinished).isPositive();
    int asked = hub.asked().size();

    Watching second = new Watching();
    fetch(second);

    assertThat(examine().isComplete()).isTrue();
    long fromTheMiddle =
        hub.asked().subList(asked, hub.asked().size()).stream()
            .filter(each -> each.ofCdn() && !each.range().isEmpty())
            .mapToLong(each -> Long.parseLong(each.range().replaceAll("\\D", "")))
            .sum();
    assertThat(fromTheMiddle).isEqualTo(unfinished);
  }

  @Test
  @Tag("NFR-012")
  void whatIsGarbledIsFetchedOnceMoreAndThenRefused() {
    hub.fail("data/" + SHARD, new Fault.Garbled());
    fetch(new Watching());
    assertThat(examine().isComplete()).isTrue();

    hub.put(NAME, SHARD, shard("a", 7));
    hub.fail("data/" + SHARD, new Fault.Garbled(), new Fault.Garbled());
    assertThatThrownBy(() -> fetch(new Watching()))
        .hasMessageContaining("another checksum")
        .satisfies(problem -> assertThat(codeOf(problem)).isEqualTo(ErrorCode.MODEL_FILES_BROKEN));
  }

  @Test
  void aDamagedFileOfAnEarlierFetchIsFoundByItsChecksum() throws IOException {
    fetch(new Watching());
    List<Verified> seen = new ArrayList<>();
    assertThat(ports().modelCache().verify(examine(), seen::add)).isEqualTo(5);
    assertThat(seen).allMatch(each -> each.problem().isEmpty());

    Path shard =
        folder.resolve("hub/models--acme--model/snapshots/" + hub.commit(NAME) + "/" + OTHER);
    byte[] bytes = Files.readAllBytes(shard);
    bytes[500_000] ^= 1;
    Files.write(shard, bytes);
    assertThat(examine().isComplete()).as("its header and length are right").isTrue();
    seen.clear();
    ports().modelCache().verify(examine(), seen::add);
    assertThat(seen)
        .filteredOn(each -> !each.problem().isEmpty())
        .extracting(Verified::file)
        .containsExactly(OTHER);

    Files.write(shard, Arrays.copyOf(bytes, 1000));
    assertThat(examine().missing()).singleElement().asString().contains(OTHER, "cut off");
    Files.delete(shard);
    assertThat(examine().missing()).containsExactly(OTHER);
  }

  @Test
  void anotherProgramThatFetchesTheSameFileIsWaitedFor() throws Exception {
    String etag = HubStandIn.etag(shard("a", 1));
    Path lock = folder.resolve("hub/.locks/models--acme--model/" + etag + ".lock");
    Files.createDirectories(lock.getParent());
    Process other =
        new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo held; read _").start();
    Watching watching = new Watching();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('h');
      Thread fetching = Thread.ofVirtual().start(() -> fetch(watching));
      while (watching.remarks.isEmpty() && fetching.isAlive()) {
        Thread.onSpinWait();
      }
      assertThat(watching.remarks).singleElement().asString().contains("another program", SHARD);
      assertThatThrownBy(() -> ports().modelCache().remove(ID)).hasMessageContaining("fetching it");
      other.getOutputStream().close();
      fetching.join();
    } finally {
      other.destroy();
      other.waitFor();
    }
    assertThat(examine().isComplete()).isTrue();
  }

  @Test
  void removingLeavesNothing() {
    fetch(new Watching());
    assertThat(ports().modelCache().list()).hasSize(1);

    ByteSize freed = ports().modelCache().remove(ID);

    assertThat(freed.bytes()).isGreaterThan(2 << 20);
    assertThat(ports().modelCache().list()).isEmpty();
    assertThat(ports().modelCache().remove(ID).bytes()).isZero();
    assertThat(folder.resolve("hub/models--acme--model")).doesNotExist();
  }

  @Test
  void aFullDiskIsSaidBeforeAnythingIsFetched() {
    Listing listing = look();
    RepoFile huge = new RepoFile("model.safetensors", new ByteSize(1L << 60), "a".repeat(64));
    assertThatThrownBy(() -> ports().modelFetcher().fetch(listing, List.of(huge), new Watching()))
        .hasMessageContaining("are to be fetched")
        .satisfies(problem -> assertThat(codeOf(problem)).isEqualTo(ErrorCode.DISK_FULL));
    assertThat(hub.asked()).noneMatch(Asked::ofCdn);
  }
}
