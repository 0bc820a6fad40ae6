package dev.stoker.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.http.access.GatewayAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;

/** Who may ask the gateway: with and without keys, from this machine, beyond it, from browsers. */
final class GatewayAccessTest extends GatewayFixture {
  private static final String APP = "https://app.example";

  private Request with(String name, String value) {
    return post(BODY).newBuilder().header(name, value).build();
  }

  @Test
  void fromTheFirstKeyOnEveryClientNeedsOne() throws IOException {
    assertThat(call(post(BODY)).status()).isEqualTo(200);
    String secret = keys.add("app");

    Got refused = call(post(BODY));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body()).contains("invalid_api_key", "stoker keys add");
    assertThat(refused.response().header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(call(with("Authorization", "Bearer " + secret)).status()).isEqualTo(200);
    assertThat(call(with("Authorization", "bearer " + secret)).status()).isEqualTo(200);
    assertThat(call(with("x-api-key", secret)).status()).isEqualTo(200);
    assertThat(call(with("Authorization", "Bearer " + secret + "0")).status()).isEqualTo(401);
    assertThat(call(to("/v1/models").build()).status()).isEqualTo(401);
    assertThat(engine.asked())
        .allSatisfy(
            asked ->
                assertThat(asked.head())
                    .contains("authorization: bearer inside")
                    .noneMatch(line -> line.contains(secret)));
  }

  @Test
  void withAKeyItIsAskedUnderWhateverName() throws IOException {
    String secret = keys.add("app");

    Request request =
        with("Authorization", "Bearer " + secret).newBuilder().header("Host", "models.lan").build();

    assertThat(call(request).status()).isEqualTo(200);
    assertThat(call(with("Host", "models.lan")).status()).isEqualTo(401);
  }

  @Test
  void beyondTheLoopbackItListensWithAKeyAlone() throws IOException {
    GatewayAddress wide = new GatewayAddress("0.0.0.0", 0, null, Set.of());
    assertThatThrownBy(() -> serve(wide))
        .hasMessageContaining("--gateway-host")
        .hasMessageContaining("stoker keys add");
    String secret = keys.add("app");
    reopen(wide);
    String url = "http://127.0.0.1:" + gateway.address().getPort() + CHAT;

    assertThat(
            call(with("Authorization", "Bearer " + secret).newBuilder().url(url).build()).status())
        .isEqualTo(200);
    keys.remove("app");

    assertThat(call(post(BODY).newBuilder().url(url).build()).status()).isEqualTo(401);
  }

  @Test
  void underEachOfItsLoopbackAddressesItIsAsked() throws IOException {
    reopen(new GatewayAddress("127.0.0.2", 0, null, Set.of()));

    assertThat(call(post(BODY)).status()).isEqualTo(200);
    assertThat(call(with("Host", "127.0.0.2.evil.example")).status()).isEqualTo(403);
    assertThat(call(with("Host", "[::1]:80")).status()).isEqualTo(200);
  }

  @Test
  void whoseKeysCannotBeReadAnswersNobodyAndSaysNotWhere() throws IOException {
    keys.add("app");
    stored.breakWith("/home/ann/state/gateway.keys");

    Got refused = call(post(BODY));

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body()).contains("keys_unreadable").doesNotContain("/home/ann");
    assertThat(engine.asked()).isEmpty();
  }

  @Test
  void anAddressThatIsNotThisMachinesIsSaid() {
    keys.add("app");

    assertThatThrownBy(() -> serve(new GatewayAddress("192.0.2.1", 0, null, Set.of())))
        .hasMessageContaining("192.0.2.1")
        .hasMessageContaining("no address of this machine");
  }

  @Test
  void pagesOfNamedOriginsMayAskAndOthersMayNot() throws IOException {
    reopen(new GatewayAddress("127.0.0.1", 0, null, Set.of(APP)));
    engine.behave(
        (_, out) ->
            out.write(
                ("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                    .getBytes(StandardCharsets.US_ASCII)));
    Request preflight =
        to(CHAT)
            .method("OPTIONS", RequestBody.EMPTY)
            .header("Origin", APP)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization, content-type")
            .build();

    Got allowed = call(preflight);
    assertThat(allowed.status()).isEqualTo(204);
    assertThat(allowed.response().header("Access-Control-Allow-Origin")).isEqualTo(APP);
    assertThat(allowed.response().header("Access-Control-Allow-Headers"))
        .isEqualTo("authorization, content-type");
    Got asked = call(with("Origin", APP));
    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.response().headers("Access-Control-Allow-Origin")).containsExactly(APP);
    assertThat(engine.asked().getLast().head()).noneMatch(line -> line.startsWith("origin:"));
    assertThat(call(with("Origin", "https://evil.example")).status()).isEqualTo(403);
    assertThat(
            call(preflight.newBuilder().header("Origin", "https://evil.example").build()).status())
        .isEqualTo(403);
  }
}
