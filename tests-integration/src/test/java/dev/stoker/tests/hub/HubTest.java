package dev.stoker.tests.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.tests.hub.HubStandIn.Asked;
import dev.stoker.tests.hub.HubStandIn.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Hub is asked and what it answers, against a stand-in with faults. */
class HubTest extends OfHub {
  @Test
  @Tag("FR-013")
  @Tag("FR-025")
  @Tag("FR-044")
  @Tag("UT-004")
  void aModelThatIsNotThere() {
    ModelId none = new ModelId("acme/none");
    environment.put("HF_TOKEN", TOKEN);
    assertThatThrownBy(() -> ports().modelHub().look(none, Revision.MAIN))
        .hasMessageContaining("acme/none")
        .satisfies(problem -> assertThat(codeOf(problem)).isEqualTo(ErrorCode.MODEL_NOT_FOUND));

    environment.remove("HF_TOKEN");
    assertThatThrownBy(() -> ports().modelHub().look(none, Revision.MAIN))
        .satisfies(
            problem ->
                assertThat(((LifecycleException) problem).failure().cause())
                    .contains("or there is no such model"));
    assertThatThrownBy(() -> ports().modelHub().look(ID, new Revision("none")))
        .hasMessageContaining("no such revision");
  }

  @Test
  @Tag("FR-025")
  @Tag("FR-045")
  @Tag("AC-010")
  void aGatedModel() {
    hub.gate(NAME, "Access to model acme/model is restricted. You must have access to it");
    assertThatThrownBy(this::look)
        .satisfies(
            problem -> {
              assertThat(codeOf(problem)).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
              assertThat(((LifecycleException) problem).failure().remedy())
                  .contains("accept the terms", "HF_TOKEN");
            });

    hub.gate(NAME, "Your request to access model acme/model is awaiting a review from the repo");
    assertThatThrownBy(this::look)
        .satisfies(
            problem ->
                assertThat(((LifecycleException) problem).failure().cause()).contains("review"));

    environment.put("HF_TOKEN", TOKEN);
    assertThat(look().gated()).isTrue();
  }

  @Test
  @Tag("FR-045")
  @Tag("AC-009")
  @Tag("FR-025")
  void aTokenThatIsNotValidIsSaidToBe() {
    environment.put("HF_TOKEN", "hf_wrong");
    assertThatThrownBy(this::look)
        .satisfies(
            problem -> {
              assertThat(codeOf(problem)).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
              assertThat(((LifecycleException) problem).failure().cause())
                  .contains("token is not valid");
              assertThat(problem.toString()).doesNotContain("hf_wrong");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "429, Retry-After, 0, true, ''",
    "503, Retry-After, 0, true, ''",
    "500, X-None, 0, true, ''",
    "429, Retry-After, 9999, false, 'limits requests, and asks to wait 9999 s'",
    "429, RateLimit, '\"api\";r=0;t=900', false, 'limits requests, and asks to wait 900 s'",
    "451, X-None, 0, false, 451"
  })
  @Tag("FR-025")
  void whatPassesIsTriedAgain(int status, String header, String value, boolean again, String said) {
    String path = "/api/models/" + NAME + "/revision/main";
    hub.fail(path, new Fault.Status(status, Map.of(header, value), "later"));

    if (again) {
      assertThat(look().files()).isNotEmpty();
    } else {
      assertThatThrownBy(this::look)
          .satisfies(
              problem -> {
                assertThat(codeOf(problem)).isEqualTo(ErrorCode.NETWORK);
                assertThat(problem).hasMessageContaining(said);
              });
      assertThat(hub.asked()).hasSize(1);
    }
  }

  @Test
  @Tag("FR-025")
  void whatCannotBeReachedIsNamedAtOnce() {
    environment.put("HF_ENDPOINT", "http://127.0.0.1:9");
    assertThatThrownBy(this::look)
        .hasMessageContaining("http://127.0.0.1")
        .hasMessageContaining("cannot be reached");
    environment.put("HF_ENDPOINT", "http://no-such-host.invalid");
    assertThatThrownBy(this::look).hasMessageContaining("cannot be looked up");
    environment.put("HF_ENDPOINT", "ftp://x");
    assertThatThrownBy(this::look).hasMessageContaining("HF_ENDPOINT");
  }

  /** As of a company's mirror, or of a proxy that looks into connections. */
  @Test
  void whoseCertificatesAreTrustedTheEnvironmentSays() throws Exception {
    Path store = folder.resolve("store.p12");
    Path certificate = folder.resolve("ca.pem");
    keytool(
        store,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "SAN=ip:127.0.0.1");
    keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 9);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", exchange -> answer(exchange, hub.commit(NAME)));
    server.start();
    try {
      environment.put("HF_ENDPOINT", "https://127.0.0.1:" + server.getAddress().getPort());
      assertThatThrownBy(this::look).hasMessageContaining("certificate is not trusted");

      environment.put("REQUESTS_CA_BUNDLE", certificate.toString());
      assertThat(look().commit()).isEqualTo(hub.commit(NAME));

      environment.put("REQUESTS_CA_BUNDLE", store.toString());
      assertThatThrownBy(this::look).hasMessageContaining("REQUESTS_CA_BUNDLE");
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange, String commit) throws IOException {
    byte[] body = ("{\"sha\":\"" + commit + "\",\"siblings\":[]}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void keytool(Path store, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(more));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", "changeit", "-alias", "a"));
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tool.waitFor()).as(said).isZero();
  }

  @Test
  void aProxyOfTheEnvironmentIsAsked() {
    environment.put("HF_ENDPOINT", "http://hub.invalid");
    environment.put("http_proxy", hub.endpoint());
    assertThat(look().files()).as("the stand-in answers in the Hub's place").isNotEmpty();

    environment.put("http_proxy", hub.endpoint().replace("//", "//me:secret@"));
    hub.fail(
        "/api/models/" + NAME + "/revision/main",
        new Fault.Status(407, Map.of("Proxy-Authenticate", "Basic realm=\"x\""), ""));
    int unanswered = hub.asked().size();
    look();
    assertThat(hub.asked()).as("asked again with the password").hasSize(unanswered + 2);

    environment.put("no_proxy", "example.org,.invalid");
    int before = hub.asked().size();
    assertThatThrownBy(this::look).hasMessageContaining("cannot be looked up");
    assertThat(hub.asked()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil", "/etc/passwd", "a:b"})
  void aHostileNameIsNeverListed(String name) {
    hub.put(NAME, name, new byte[1]);

    assertThat(look().files())
        .extracting(RepoFile::path)
        .contains("config.json")
        .doesNotContain(name);
  }

  @Test
  @Tag("FR-026")
  void aRevisionIsOnePartOfTheAddress() {
    ports().modelHub().look(ID, new Revision("refs/pr/1"));

    assertThat(hub.asked())
        .extracting(Asked::path)
        .anyMatch(path -> path.endsWith("/refs%2Fpr%2F1"));
  }

  @Test
  void whatAModelIsIsReadWithoutFetchingIt() {
    Listing listing = look();

    assertThat(ports().modelHub().facts(listing, "").weights())
        .extracting(each -> each.total().bytes())
        .isEqualTo(2L << 20);
    assertThat(hub.asked()).noneMatch(each -> each.ofCdn() && each.range().isEmpty());
  }
}
