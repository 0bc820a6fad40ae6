package dev.stoker.http.gateway;

import dev.stoker.http.access.GatewayAddress.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of a server, which takes another one when its files change: looked at every ten
 * seconds. One that cannot be read changes nothing; the one before goes on.
 */
final class Certificate {
  private static final Logger log = LoggerFactory.getLogger(Certificate.class);
  private static final long LOOK_MILLIS = 10_000;

  private final Tls tls;
  private List<FileTime> seen;

  Certificate(Tls tls) throws IOException {
    this.tls = tls;
    this.seen = times();
  }

  private List<FileTime> times() throws IOException {
    return List.of(
        Files.getLastModifiedTime(tls.certificate()), Files.getLastModifiedTime(tls.key()));
  }

  private PemKeyCertOptions files() {
    return new PemKeyCertOptions()
        .addCertPath(tls.certificate().toString())
        .addKeyPath(tls.key().toString());
  }

  void showIn(HttpServerOptions options) {
    options.setSsl(true).setUseAlpn(true).setKeyCertOptions(files());
  }

  /** Keeps looking, as long as the event loop lives. */
  void watch(Vertx vertx, HttpServer server) {
    vertx.setPeriodic(LOOK_MILLIS, _ -> look(server));
  }

  void look(HttpServer server) {
    try {
      List<FileTime> now = times();
      if (!now.equals(seen)) {
        seen = now;
        var _ =
            server
                .updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(files()), true)
                .onSuccess(_ -> log.atInfo().log("another certificate"))
                .onFailure(this::notTaken);
      }
    } catch (IOException e) {
      notTaken(e);
    }
  }

  private void notTaken(Throwable problem) {
    log.atError()
        .addKeyValue("certificate", tls.certificate())
        .addKeyValue("problem", String.valueOf(problem))
        .log("certificate not read; the one before goes on");
  }
}
