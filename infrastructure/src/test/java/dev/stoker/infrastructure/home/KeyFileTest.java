package dev.stoker.infrastructure.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.port.out.KeyStore;
import dev.stoker.infrastructure.Settings;
import dev.stoker.testing.KeyStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest extends KeyStoreContract {
  @TempDir Path home;

  /** Each as another process would have it. */
  @Override
  protected KeyStore store() {
    return new KeyFile(new Settings(Map.of("STOKER_HOME", home.toString()), home, home));
  }

  private Path file() {
    return home.resolve("state/gateway.keys");
  }

  private void put() {
    store().change(_ -> List.of(key("a")));
  }

  @Test
  void onlyItsUserMayReadIt() throws IOException {
    put();

    for (String name : List.of("gateway.keys", "gateway.keys.lock")) {
      assertThat(Files.getPosixFilePermissions(file().resolveSibling(name)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(file().resolveSibling("gateway.keys.new")).doesNotExist();
  }

  @Test
  void oneThatOthersMayReadIsNotUsed() throws IOException {
    put();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> store().keys()).hasMessageContaining("chmod 600");
    assertThatThrownBy(this::put).hasMessageContaining("chmod 600");
  }

  @Test
  void oneThatIsCutToNothingLetsNobodyIn() throws IOException {
    put();
    Files.writeString(file(), "");

    assertThatThrownBy(() -> store().keys()).hasMessageContaining("stoker keys");
  }

  @Test
  void oneThatCannotBeSeenLetsNobodyIn() throws IOException {
    put();
    Files.delete(file());
    Files.createSymbolicLink(file(), home.resolve("not-mounted/gateway.keys"));

    assertThatThrownBy(() -> store().keys()).hasMessageContaining("cannot be read");
  }

  @Test
  void aLineThatIsNoKeyIsNotGuessedAt() throws IOException {
    put();
    String good = Files.readString(file());
    for (String bad : List.of("a b c", "a " + "ab".repeat(32) + " yesterday -")) {
      Files.writeString(file(), good + bad + "\n");
      assertThatThrownBy(() -> store().keys()).hasMessageContaining("has a line");
    }
  }

  @Test
  void whatABrokenWriterLeftBesideItIsNoTrouble() throws IOException {
    put();
    Files.writeString(file().resolveSibling("gateway.keys.new"), "half");
    store().change(_ -> List.of(key("b")));

    assertThat(store().keys()).containsExactly(key("b"));
  }

  @Test
  void ofManyWritersNoneIsLost() {
    List<CompletableFuture<Void>> all =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () ->
                            sharedStore()
                                .change(
                                    keys ->
                                        Stream.concat(keys.stream(), Stream.of(key("k" + i)))
                                            .toList())))
            .toList();
    all.forEach(CompletableFuture::join);

    assertThat(store().keys()).hasSize(8);
  }

  private KeyStore shared;

  /** Within one process a lock of a file is taken once. */
  private synchronized KeyStore sharedStore() {
    shared = shared == null ? store() : shared;
    return shared;
  }
}
