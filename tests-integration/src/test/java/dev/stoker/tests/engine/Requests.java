package dev.stoker.tests.engine;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** Plain HTTP/1.1: the real server takes an offered upgrade to HTTP/2 for a malformed request. */
final class Requests {
  private Requests() {}

  static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static HttpRequest.Builder to(int port, String path, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    return request;
  }

  static HttpResponse<String> send(int port, String method, String path, String key)
      throws IOException, InterruptedException {
    try (HttpClient client = client()) {
      return client.send(
          to(port, path, key).method(method, HttpRequest.BodyPublishers.noBody()).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  static HttpResponse<String> post(int port, String path, String key, String json)
      throws IOException, InterruptedException {
    try (HttpClient client = client()) {
      return client.send(postRequest(port, path, key, json), HttpResponse.BodyHandlers.ofString());
    }
  }

  static CompletableFuture<HttpResponse<String>> postAsync(
      HttpClient client, int port, String path, String key, String json) {
    return client.sendAsync(
        postRequest(port, path, key, json), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest postRequest(int port, String path, String key, String json) {
    return to(port, path, key)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json))
        .build();
  }

  /** {@return the status, 0 when nobody answers} */
  static int statusOf(int port, String path) {
    try {
      return send(port, "GET", path, "").statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** {@return the sum of a metric over its labels, 0 when there is none} */
  static double metric(int port, String name) {
    try {
      return send(port, "GET", "/metrics", "")
          .body()
          .lines()
          .filter(line -> line.startsWith("vllm:" + name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
