package dev.stoker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.ClientKey;
import dev.stoker.application.port.out.KeyStore;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds of every store of keys. */
public abstract class KeyStoreContract {
  private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");

  protected KeyStoreContract() {}

  /** {@return the store; what was put into it through another one of the same place is there} */
  protected abstract KeyStore store();

  protected static ClientKey key(String name) {
    return new ClientKey(name, "ab".repeat(32), SINCE, null);
  }

  @Test
  public void thereAreNoneAtFirst() {
    assertThat(store().keys()).isEmpty();
  }

  @Test
  public void whatIsChangedIsThereWithAllThatIsKnownOfIt() {
    ClientKey ending = new ClientKey("b", "cd".repeat(32), SINCE, SINCE.plusSeconds(60));
    store().change(_ -> List.of(key("a"), ending));
    store().change(keys -> Stream.concat(keys.stream(), Stream.of(key("c"))).toList());

    assertThat(store().keys()).containsExactly(key("a"), ending, key("c"));
  }

  @Test
  public void aChangeThatFailsChangesNothing() {
    store().change(_ -> List.of(key("a")));

    assertThatThrownBy(
            () ->
                store()
                    .change(
                        _ -> {
                          throw new IllegalStateException("no");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store().keys()).containsExactly(key("a"));
  }
}
