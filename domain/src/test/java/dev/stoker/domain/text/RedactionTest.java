package dev.stoker.domain.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  /** The planted secret; whatever stands around it may stay. */
  private static final String PLANTED = "Zq81LmN0pRsTuVwXyZ01";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token hf_%s was refused",
        "OPENAI sk-%s",
        "sk-proj-%s",
        "github_pat_%s",
        "Authorization: Bearer %s",
        "authorization: bearer %s, x",
        "Authorization: Basic %s==",
        "proxy http://user:%s@proxy.local:3128/x",
        "https://%s@huggingface.co/a/b",
        "GET https://s3/x?X-Amz-Signature=%s&y=1",
        "https://h/?a=1&token=%s",
        "non-default args: {'host': '127.0.0.1', 'api_key': ['%s'], 'model': 'm'}",
        "args: Namespace(api_key='%s', port=8000)",
        "'hf_token': '%s', 'x': 1",
        "vllm serve m --api-key %s --port 1",
        "vllm serve m --api-key=%s",
        "{\"password\": \"%s\"}",
        "aws_secret_access_key = %s",
        "\"s3_secret_access_key\": \"%s\"",
        "{\\\"password\\\": \\\"%s\\\"}",
        "'api_key': ['%s'], 'port': 1",
        "'api_key': ['another-one', '%s'], 'port': 1",
        "{\"token\": \"%s\"}",
        "DB_PASS=%s x",
        "HF_TOKEN=%s",
        "VLLM_API_KEY=%s",
        "eyJhbGciOiJIUzI1NiJ9.%s.abcdefgh123"
      })
  void plantedSecretsAreTakenOut(String text) {
    String clean = Redaction.byLooks().redact(text.replace("%s", PLANTED));

    assertThat(clean).doesNotContain(PLANTED).contains(Redaction.HIDDEN);
  }

  @Test
  void theWorkingDirectoryIsNoSecret() {
    assertThat(
            Redaction.of(Map.of("PWD", "/srv/models", "OLDPWD", "/srv/old"))
                .redact("/srv/models/x"))
        .isEqualTo("/srv/models/x");
  }

  @Test
  void valuesThatAreKnownAreTakenOutWhereverTheyStand() {
    Redaction redaction =
        Redaction.of(Map.of("HF_TOKEN", "plain-words-here", "PATH", "/usr/bin:/bin"));

    assertThat(redaction.redact("so plain-words-here!/usr/bin:/bin"))
        .isEqualTo("so " + Redaction.HIDDEN + "!/usr/bin:/bin");
  }

  @Test
  void ofASecretVariableOnlyItsBeingSetIsKept() {
    assertThat(Redaction.byLooks().redact("HF_TOKEN", "x")).isEqualTo("(set)");
    assertThat(Redaction.byLooks().redact("MY_KEY", "x")).isEqualTo("(set)");
    assertThat(Redaction.byLooks().redact("TOKENIZERS_PARALLELISM", "false")).isEqualTo("false");
    assertThat(Redaction.byLooks().redact("--max-num-batched-tokens", "9")).isEqualTo("9");
    assertThat(Redaction.byLooks().redact("--tokenizer", "x")).isEqualTo("x");
    assertThat(Redaction.byLooks().redact("HF_TOKEN_PATH", "/x")).isEqualTo("/x");
    assertThat(Redaction.byLooks().redact("--api-key", "x")).isEqualTo("(set)");
    assertThat(Redaction.byLooks().redact("AWS_SECRET_ACCESS_KEY", "x")).isEqualTo("(set)");
    assertThat(Redaction.byLooks().redact("VLLM_API_KEY", "x")).isEqualTo("(set)");
    assertThat(Redaction.byLooks().redact("HTTPS_PROXY", "http://u:p4ss@h:1"))
        .isEqualTo("http://" + Redaction.HIDDEN + "@h:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GPU KV cache size: 131,072 tokens",
        "'api_key': None, 'model': 'demo'",
        "Maximum concurrency for 2,048 tokens per request: 64.00x",
        "http://127.0.0.1:8000/v1/models",
        "Starting to load model /models/x...",
        "tokenizer='/models/tiny', skip_tokenizer_init=False"
      })
  void whatIsNoSecretStays(String text) {
    assertThat(Redaction.byLooks().redact(text)).isEqualTo(text);
  }

  @Test
  void longLinesCostNoMoreThanTheirLength() {
    String text = "api_key api_key".repeat(20_000);
    long began = System.nanoTime();
    String clean = Redaction.byLooks().redact(text);

    assertThat(clean).isNotEmpty();
    assertThat((System.nanoTime() - began) / 1_000_000_000.0).isLessThan(20);
  }
}
