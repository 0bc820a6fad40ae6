package dev.stoker.infrastructure.model;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxies that the environment names, as other programs understand them: {@code HTTPS_PROXY},
 * {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in small letters first.
 */
final class EnvironmentProxies extends ProxySelector implements Authenticator {
  private static final Logger log = LoggerFactory.getLogger(EnvironmentProxies.class);
  private static final String ALL = "*";
  private static final String PASSWORD = "Proxy-Authorization";

  private final Map<String, String> environment;

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public List<Proxy> select(URI uri) {
    HttpUrl address = proxyFor(String.valueOf(uri.getScheme()));
    if (address == null || isDirect(String.valueOf(uri.getHost()))) {
      return List.of(Proxy.NO_PROXY);
    }
    return List.of(
        new Proxy(
            Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.host(), address.port())));
  }

  private @Nullable HttpUrl proxyFor(String scheme) {
    String own = value(scheme + "_proxy");
    String used = own.isEmpty() ? value("all_proxy") : own;
    return used.isEmpty() ? null : HttpUrl.parse(used.contains("://") ? used : "http://" + used);
  }

  /** {@return the request with the name and password of the proxy's address; null for none} */
  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response) {
    HttpUrl address = proxyFor(response.request().url().scheme());
    boolean tried = response.request().header(PASSWORD) != null;
    return address == null || address.username().isEmpty() || tried
        ? null
        : response
            .request()
            .newBuilder()
            .header(PASSWORD, Credentials.basic(address.username(), address.password()))
            .build();
  }

  private String value(String name) {
    String small = environment.getOrDefault(name, "").strip();
    return small.isEmpty()
        ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "").strip()
        : small;
  }

  private boolean isDirect(String host) {
    for (String each : value("no_proxy").split(",", -1)) {
      String name = each.strip().toLowerCase(Locale.ROOT);
      String domain = name.startsWith(".") ? name.substring(1) : name;
      if (name.equals(ALL)
          || (!domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain)))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException problem) {
    log.atWarn()
        .addKeyValue("proxy", address)
        .addKeyValue("problem", problem.getMessage())
        .log("proxy not reached");
  }
}
