package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.Application;
import dev.stoker.application.ClientKey;
import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Keys of clients: known by their hashes, ended with an overlap. */
class KeyServiceTest {
  private final FakeWorld world = new FakeWorld();
  private final ClientKeys keys = Application.wire(world).clientKeys();

  @Test
  void aSecretIsItsOwnersAndIsKeptNowhere() {
    assertThat(keys.areAny()).isFalse();
    String secret = keys.add("app");
    String other = keys.add("web");

    assertThat(keys.owner(secret)).contains("app");
    assertThat(keys.owner(other)).contains("web");
    assertThat(keys.owner(secret + "x")).isEmpty();
    assertThat(keys.owner("")).isEmpty();
    assertThat(keys.list()).extracting(ClientKey::name).containsExactly("app", "web");
    assertThat(keys.list().toString()).doesNotContain(secret).doesNotContain(secret.substring(10));
    assertThat(secret).isNotEqualTo(other).hasSizeGreaterThan(64);
  }

  @Test
  void aRotatedKeyHoldsUntilTheOverlapIsOver() {
    String before = keys.add("app");
    String after = keys.rotate("app", Duration.ofHours(1));

    assertThat(keys.owner(before)).contains("app");
    assertThat(keys.owner(after)).contains("app");
    world.advance(Duration.ofMinutes(61));
    assertThat(keys.owner(before)).isEmpty();
    assertThat(keys.owner(after)).contains("app");
    String last = keys.rotate("app", Duration.ZERO);
    assertThat(keys.owner(after)).isEmpty();
    assertThat(keys.owner(last)).contains("app");
    assertThat(keys.list()).hasSize(1);
  }

  @Test
  void whatIsRemovedHoldsNoLonger() {
    String secret = keys.add("app");
    keys.remove("app");

    assertThat(keys.owner(secret)).isEmpty();
    assertThat(keys.areAny()).isFalse();
  }

  @Test
  void namesThatAreNoneTakenOrUnknownAreRefused() {
    keys.add("app");

    assertThatThrownBy(() -> keys.add("two words")).hasMessageContaining("letters, digits");
    assertThatThrownBy(() -> keys.add("app")).hasMessageContaining("rotate");
    assertThatThrownBy(() -> keys.rotate("web", Duration.ZERO)).hasMessageContaining("[app]");
    assertThatThrownBy(() -> keys.remove("web")).hasMessageContaining("[app]");
    assertThat(keys.list()).hasSize(1);
  }
}
