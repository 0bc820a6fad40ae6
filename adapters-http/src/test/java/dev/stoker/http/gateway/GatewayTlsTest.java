package dev.stoker.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.http.access.GatewayAddress;
import dev.stoker.http.access.GatewayAddress.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that shows a certificate, and another one when its files change. */
final class GatewayTlsTest extends GatewayFixture {
  @TempDir Path folder;

  private Path put(String name, String as) throws IOException {
    Path file = folder.resolve(as);
    try (InputStream in = Objects.requireNonNull(GatewayTlsTest.class.getResourceAsStream(name))) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  private Tls use(String which) throws IOException {
    return new Tls(put(which + ".cert.pem", "cert.pem"), put(which + ".key.pem", "key.pem"));
  }

  private static SSLContext trusting(String... names) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (String name : names) {
      try (InputStream in = GatewayTlsTest.class.getResourceAsStream(name + ".cert.pem")) {
        trusted.setCertificateEntry(
            name, CertificateFactory.getInstance("X.509").generateCertificate(in));
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  /** {@return who it says to be, and how it answers} */
  private String ask() throws IOException, GeneralSecurityException {
    try (SSLSocket socket =
        (SSLSocket)
            trusting("one", "two")
                .getSocketFactory()
                .createSocket(InetAddress.ofLiteral("127.0.0.1"), gateway.address().getPort())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName()
          + " "
          + answer.lines().findFirst().orElse("");
    }
  }

  @Test
  void itShowsItsCertificateAndAnotherOneWhenTheFilesChange() throws Exception {
    Tls tls = use("one");
    reopen(new GatewayAddress("127.0.0.1", 0, tls, Set.of()));
    assertThat(gateway.address().getScheme()).isEqualTo("https");
    assertThat(ask()).isEqualTo("CN=one HTTP/1.1 200 OK");

    use("two");
    gateway.lookAtCertificates();

    assertThat(ask()).isEqualTo("CN=two HTTP/1.1 200 OK");
  }

  @Test
  void oneThatIsBrokenLaterChangesNothing() throws Exception {
    Tls tls = use("one");
    reopen(new GatewayAddress("127.0.0.1", 0, tls, Set.of()));

    Files.writeString(tls.certificate(), "nonsense");
    gateway.lookAtCertificates();

    assertThat(ask()).isEqualTo("CN=one HTTP/1.1 200 OK");
  }

  @Test
  void aCertificateWithoutItsKeyChangesNothingAndIsTakenWhenTheKeyFollows() throws Exception {
    Tls tls = use("one");
    reopen(new GatewayAddress("127.0.0.1", 0, tls, Set.of()));

    put("two.cert.pem", "cert.pem");
    gateway.lookAtCertificates();
    assertThat(ask()).isEqualTo("CN=one HTTP/1.1 200 OK");

    put("two.key.pem", "key.pem");
    gateway.lookAtCertificates();
    assertThat(ask()).isEqualTo("CN=two HTTP/1.1 200 OK");
  }

  @Test
  void aKeyOfAnotherCertificateIsSaidAtTheBeginning() throws Exception {
    Tls tls = use("one");
    put("two.key.pem", "key.pem");

    assertThatThrownBy(() -> serve(new GatewayAddress("127.0.0.1", 0, tls, Set.of())))
        .hasMessageContaining("--gateway-cert")
        .hasMessageContaining("the key is not that of the certificate");
  }

  @Test
  void itChangesAsOftenAsTheFilesDo() throws Exception {
    Tls tls = use("one");
    reopen(new GatewayAddress("127.0.0.1", 0, tls, Set.of()));
    for (String which : List.of("two", "one", "two")) {
      use(which);
      gateway.lookAtCertificates();
      assertThat(ask()).startsWith("CN=" + which);
    }
  }

  @Test
  void oneThatIsNoneFromTheBeginningIsSaid() throws Exception {
    Tls tls = use("one");
    Files.writeString(tls.certificate(), "nonsense");

    assertThatThrownBy(() -> serve(new GatewayAddress("127.0.0.1", 0, tls, Set.of())))
        .hasMessageContaining("--gateway-cert")
        .hasMessageContaining("cannot be used");
  }
}
