package dev.stoker.http.gateway;

import dev.stoker.http.access.GatewayAddress.Tls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of a gateway, which takes another one when its files change: read every ten
 * seconds. A pair that cannot be read, or does not belong together, changes nothing; the one before
 * goes on, and it is tried again.
 */
final class Certificate {
  private static final Logger log = LoggerFactory.getLogger(Certificate.class);
  private static final long LOOK_MILLIS = 10_000;
  private static final int LARGEST = 1 << 20;
  private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA");

  private final Vertx vertx;
  private final Tls tls;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile Pair shown;
  private volatile String told = "";

  /** What the two files hold. */
  private record Pair(Buffer certificate, Buffer key) {
    PemKeyCertOptions options() {
      return new PemKeyCertOptions().addCertValue(certificate).addKeyValue(key);
    }
  }

  /**
   * Reads it; blocks.
   *
   * @throws IOException when a file cannot be read
   * @throws GeneralSecurityException when they hold no certificate and its key
   */
  Certificate(Vertx vertx, Tls tls) throws IOException, GeneralSecurityException {
    this.vertx = vertx;
    this.tls = tls;
    this.shown = read();
  }

  private Pair read() throws IOException, GeneralSecurityException {
    Pair pair = new Pair(content(tls.certificate()), content(tls.key()));
    check(pair);
    return pair;
  }

  private static Buffer content(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Buffer.buffer(in.readNBytes(LARGEST));
    }
  }

  /** What the key signs the certificate must confirm: with any other, no client ever connects. */
  private void check(Pair pair) throws GeneralSecurityException {
    try {
      for (KeyManager each : pair.options().getKeyManagerFactory(vertx).getKeyManagers()) {
        if (each instanceof X509KeyManager manager) {
          check(manager);
        }
      }
    } catch (GeneralSecurityException e) {
      throw e;
    } catch (Exception e) {
      throw new GeneralSecurityException(e.getMessage(), e);
    }
  }

  private static void check(X509KeyManager manager) throws GeneralSecurityException {
    for (String kind : KINDS) {
      String[] names = manager.getServerAliases(kind, null);
      for (String name : names == null ? new String[0] : names) {
        check(manager.getPrivateKey(name), manager.getCertificateChain(name)[0]);
      }
    }
  }

  private static void check(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    byte[] nonce = new byte[32];
    new SecureRandom().nextBytes(nonce);
    String how =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    Signature signing = Signature.getInstance(how);
    signing.initSign(key);
    signing.update(nonce);
    byte[] signed = signing.sign();
    Signature confirming = Signature.getInstance(how);
    confirming.initVerify(certificate.getPublicKey());
    confirming.update(nonce);
    if (!confirming.verify(signed)) {
      throw new GeneralSecurityException("the key is not that of the certificate");
    }
  }

  void showIn(HttpServerOptions options) {
    options.setSsl(true).setUseAlpn(true).setKeyCertOptions(shown.options());
  }

  /** Keeps looking, as long as the event loop lives: for one of several that share an address. */
  void watch(HttpServer server) {
    if (watched.compareAndSet(false, true)) {
      vertx.setPeriodic(LOOK_MILLIS, _ -> look(server));
    }
  }

  /** {@return done when what the files hold is shown, or is not to be} */
  Future<Void> look(HttpServer server) {
    if (!looking.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(this::read)
        .compose(now -> now.equals(shown) ? Future.succeededFuture() : show(server, now))
        .onSuccess(_ -> told = "")
        .recover(this::notTaken)
        .onComplete(_ -> looking.set(false));
  }

  private Future<Void> show(HttpServer server, Pair now) {
    return server
        .updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(now.options()), true)
        .onSuccess(
            _ -> {
              shown = now;
              log.atInfo().log("another certificate");
            })
        .mapEmpty();
  }

  private Future<Void> notTaken(Throwable problem) {
    String text = String.valueOf(problem);
    if (!text.equals(told)) {
      told = text;
      log.atError()
          .addKeyValue("certificate", tls.certificate())
          .addKeyValue("problem", text)
          .log("certificate not taken; the one before goes on");
    }
    return Future.succeededFuture();
  }
}
