package dev.stoker.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "::1", "127.0.0.2", "192.168.1.7", "localhost"})
  void isAnAddressOfAMachine(String host) {
    assertThat(GatewayAddress.isHost(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "example.com", "[::1]", "fe80::1%lo", "1.2.3.4.5", "*"})
  void isNone(String host) {
    assertThat(GatewayAddress.isHost(host)).isFalse();
  }

  @Test
  void isWrittenAsEverybodyDoes() {
    GatewayAddress address = new GatewayAddress("::ffff:127.0.0.1", 0, null, Set.of());

    assertThat(address.host()).isEqualTo("127.0.0.1");
    assertThat(address.isLoopback()).isTrue();
    assertThat(new GatewayAddress("0.0.0.0", 0, null, Set.of()).isLoopback()).isFalse();
  }
}
