package dev.stoker.infrastructure.model;

import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/**
 * Whose certificates are trusted, where the environment names a file of them, as the Hub's own
 * library takes it: for mirrors and proxies of a company. They count instead of the usual ones.
 *
 * @param context makes connections by them
 * @param manager decides by them
 */
record EnvironmentTrust(SSLContext context, X509TrustManager manager) {
  private static final List<String> VARIABLES =
      List.of("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE");

  /**
   * {@return what the first of the variables names; empty where none is set}
   *
   * @throws LifecycleException when it names no file of certificates
   */
  static Optional<EnvironmentTrust> of(Settings settings) {
    for (String variable : VARIABLES) {
      String file = settings.environment().getOrDefault(variable, "");
      if (!file.isBlank()) {
        return Optional.of(read(variable, settings.workingDirectory().resolve(file)));
      }
    }
    return Optional.empty();
  }

  private static EnvironmentTrust read(String variable, Path file) {
    try (InputStream pem = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca" + number++, each);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager each : factory.getTrustManagers()) {
        if (number > 0 && each instanceof X509TrustManager manager) {
          SSLContext context = SSLContext.getInstance("TLS");
          context.init(null, new TrustManager[] {manager}, null);
          return new EnvironmentTrust(context, manager);
        }
      }
      throw new IOException("it holds no certificate");
    } catch (IOException | GeneralSecurityException e) {
      throw new LifecycleException(
          new InvalidConfiguration(
              List.of(
                  new Violation(
                      variable,
                      file.toString(),
                      "must be a file of certificates in PEM: " + e.getMessage(),
                      "environment"))),
          e);
    }
  }

  void applyTo(OkHttpClient.Builder client) {
    client.sslSocketFactory(context.getSocketFactory(), manager);
  }
}
