package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What vLLM answers over HTTP; part of {@link EngineContract}. */
abstract class EngineApiContract extends SharedEngine {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /health              |   | 200 | ''
          GET    | /ping                |   | 200 | ''
          POST   | /ping                |   | 200 | ''
          POST   | /health              |   | 405 | {"detail":"Method Not Allowed"}
          GET    | /version             |   | 200 | {"version":"0.32.0"}
          GET    | /load                |   | 200 | {"server_load":0}
          GET    | /nope                |   | 404 | {"detail":"Not Found"}
          GET    | /v1/nope             |   | 401 | {"error":"Unauthorized"}
          GET    | /v1/nope             | k | 404 | {"detail":"Not Found"}
          GET    | /v1/models           |   | 401 | {"error":"Unauthorized"}
          GET    | /v1/models           | x | 401 | {"error":"Unauthorized"}
          GET    | /v1/completions      | k | 405 | {"detail":"Method Not Allowed"}
          POST   | /v1/embeddings       | k | 404 | {"detail":"Not Found"}
          """)
  void answersPlainRequests(String method, String path, String key, int status, String body)
      throws Exception {
    HttpResponse<String> answer = Requests.send(port, method, path, key == null ? "" : key);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("server")).contains("uvicorn");
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .isEqualTo(body.isEmpty() ? "" : "application/json");
    assertThat(answer.headers().firstValue("vary").isPresent()).isEqualTo(status != 401);
    assertThat(answer.headers().firstValue("allow").isPresent()).isEqualTo(status == 405);
  }

  @Test
  void listsItsModel() throws Exception {
    assertThat(Requests.send(port, "GET", "/v1/models", BareServer.KEY).body())
        .startsWith(
            "{\"object\":\"list\",\"data\":[{\"id\":\"demo\",\"object\":\"model\",\"created\":")
        .contains(
            "\"owned_by\":\"vllm\"",
            "\"root\":\"" + folder.resolve("a/demo") + "\"",
            "\"max_model_len\":2048");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/chat/completions | {"model": "other", "messages": [{"role": "user", "content": "x"}]} | 404 | "The model `other` does not exist. Valid aliases: demo.","type":"NotFoundError","param":"model","code":404
          /v1/completions      | {"model": "other", "prompt": "x"}                | 404 | "The model `other` does not exist. Valid aliases: demo."
          /v1/completions      | {"prompt": "x", "max_tokens": 0}                 | 400 | "max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)","type":"BadRequestError","param":"max_tokens","code":400
          /v1/completions      | {"max_tokens": 3}                                | 400 | "Either prompt or prompt_embeds must be provided and non-empty. (parameter=prompt)"
          /v1/chat/completions | {"model": "demo"}                                | 400 | 1 validation error:
          /v1/chat/completions | {"messages": []}                                 | 400 | Cannot apply chat template to an empty conversation
          /v1/completions      | {broken                                          | 400 | JSON decode error
          """)
  void refusesWhatItCannotAnswer(String path, String body, int status, String words)
      throws Exception {
    HttpResponse<String> answer = Requests.post(port, path, BareServer.KEY, body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).startsWith("{\"error\":{\"message\":").contains(words);
  }

  @Test
  void completesWhole() throws Exception {
    String answer =
        Requests.post(
                port,
                "/v1/completions",
                BareServer.KEY,
                "{\"prompt\": \"Hello\", \"max_tokens\": 5, \"ignore_eos\": true}")
            .body();

    assertThat(answer)
        .startsWith("{\"id\":\"cmpl-")
        .contains(
            "\"object\":\"text_completion\"",
            "\"model\":\"demo\"",
            "\"finish_reason\":\"length\"",
            "\"completion_tokens\":5");
  }

  @Test
  void chatsWhole() throws Exception {
    String answer =
        Requests.post(port, "/v1/chat/completions", BareServer.KEY, chat("\"max_tokens\": 5"))
            .body();

    assertThat(answer)
        .startsWith("{\"id\":\"chatcmpl-")
        .contains(
            "\"object\":\"chat.completion\"",
            "\"message\":{\"role\":\"assistant\",\"content\":",
            "\"completion_tokens\":5");
  }

  private static String chat(String more) {
    return "{\"model\": \"demo\", \"ignore_eos\": true, \"messages\": [{\"role\": \"user\","
        + " \"content\": \"Hello\"}], "
        + more
        + "}";
  }

  @Test
  void streamsAWordAnEvent() throws Exception {
    HttpResponse<String> answer =
        Requests.post(
            port,
            "/v1/chat/completions",
            BareServer.KEY,
            chat(
                "\"max_tokens\": 4, \"stream\": true, \"stream_options\": {\"include_usage\":"
                    + " true}"));
    List<String> events = answer.body().lines().filter(line -> !line.isEmpty()).toList();

    assertThat(answer.headers().firstValue("content-type"))
        .contains("text/event-stream; charset=utf-8");
    assertThat(events).allMatch(line -> line.startsWith("data: "));
    assertThat(events.getFirst()).contains("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}");
    assertThat(events.getLast()).isEqualTo("data: [DONE]");
    // The role, a word each, the usage, the end.
    assertThat(events).hasSize(1 + 4 + 1 + 1);
    assertThat(events.get(4)).contains("\"finish_reason\":\"length\"");
    assertThat(events.get(5)).contains("\"choices\":[]", "\"completion_tokens\":4");
  }

  @Test
  void countsWhatItHasDone() throws Exception {
    double before = Requests.metric(port, "generation_tokens_total");
    Requests.post(
        port,
        "/v1/completions",
        BareServer.KEY,
        "{\"prompt\": \"Hello\", \"max_tokens\": 7, \"ignore_eos\": true}");

    shared.await(
        "the counter", () -> Requests.metric(port, "generation_tokens_total") >= before + 7);
    assertThat(Requests.metric(port, "num_requests_running")).isZero();
    assertThat(shared.out()).contains("\"POST /v1/completions HTTP/1.1\" 200 OK");
    assertThat(shared.out()).doesNotContain("GET /health");
  }
}
