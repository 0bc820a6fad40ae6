package dev.stoker.infrastructure.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.port.out.HomeLock.Owner;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.infrastructure.HomeLayout;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  private static final ServiceName NAME = new ServiceName("a-service-with-a-long-name");
  @TempDir Path home;

  private Settings settings() {
    return new Settings(Map.of("STOKER_HOME", home.toString()), home, home);
  }

  @Test
  void theSecondOwnerIsToldWhoTheFirstIs() {
    FileHomeLock first = new FileHomeLock(settings());
    first.acquire("up demo");

    assertThatThrownBy(() -> new FileHomeLock(settings()).acquire("up other"))
        .hasMessageContaining("VLM-021")
        .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
        .hasMessageContaining("up demo");
    first.release();
    FileHomeLock third = new FileHomeLock(settings());
    third.acquire("up again");
    third.release();
  }

  @Test
  void whoOwnsItIsToldWhileItIsOwnedAndAskingTakesNothingAway() {
    FileHomeLock lock = new FileHomeLock(settings());
    FileHomeLock beside = new FileHomeLock(settings());
    assertThat(lock.owner()).isEmpty();
    lock.acquire("serve");
    lock.announce(URI.create("http://127.0.0.1:7781"));
    Owner owner =
        new Owner(ProcessHandle.current().pid(), "serve", URI.create("http://127.0.0.1:7781"));

    assertThat(lock.owner()).contains(owner);
    assertThat(HeldLocks.isHeld(home.resolve("state/lock"))).isTrue();
    lock.release();
    assertThat(beside.owner()).isEmpty();
  }

  @Test
  void aTokenIsPrivateAndANewOneEachTime() throws IOException {
    FileHomeLock lock = new FileHomeLock(settings());
    Path file = home.resolve("state/control.token");
    assertThat(lock.token()).isEmpty();
    String first = lock.newToken();
    String second = lock.newToken();

    assertThat(second).matches("[0-9a-f]{64}").isNotEqualTo(first);
    assertThat(lock.token()).contains(second);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(lock::token).hasMessageContaining("may be read by others");
  }

  @Test
  void foldersOfALaunchArePrivateAndShort() throws IOException {
    RunFolders folders = new FileRunFolders(settings());
    RunFolders.Folder folder = folders.create(NAME, 3);

    assertThat(folder.path().resolve("tmp")).isDirectory();
    assertThat(folder.path().resolve("tmp").toString().length()).isLessThan(70);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.log())))
        .isEqualTo("rw-------");
    folders.remove(folder.path());
    assertThat(folder.path()).doesNotExist();
    assertThat(folder.log()).exists();
  }

  @Test
  void nothingElseIsRemoved() {
    RunFolders folders = new FileRunFolders(settings());

    folders.remove(home);

    assertThat(home).exists();
  }

  @Test
  void tenLogsAreKept() throws IOException {
    RunFolders folders = new FileRunFolders(settings());
    for (int epoch = 1; epoch <= 14; epoch++) {
      folders.remove(folders.create(NAME, epoch).path());
    }

    try (var logs = Files.list(home.resolve("state/logs").resolve(NAME.value()))) {
      assertThat(logs).hasSize(10);
    }
    assertThat(folders.locate(NAME, 14).log()).exists();
    assertThat(folders.locate(NAME, 4).log()).doesNotExist();
  }

  @Test
  void withoutAHomeTheXdgFoldersAreUsed() {
    HomeLayout layout =
        new Settings(
                Map.of(
                    "XDG_STATE_HOME", "/s", "XDG_RUNTIME_DIR", "/r", "XDG_DATA_HOME", "relative"),
                home,
                Path.of("/home/u"))
            .home();

    assertThat(layout.state()).isEqualTo(Path.of("/s/stoker"));
    assertThat(layout.runtime()).isEqualTo(Path.of("/r/stoker"));
    assertThat(layout.data()).isEqualTo(Path.of("/home/u/.local/share/stoker"));
  }
}
