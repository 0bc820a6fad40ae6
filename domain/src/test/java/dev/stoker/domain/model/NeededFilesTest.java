package dev.stoker.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("NFR-019")
class NeededFilesTest {
  private static final List<String> SMALL =
      List.of("config.json", "tokenizer.json", "tokenizer_config.json");

  private static NeededFiles of(String... more) {
    List<String> all = new ArrayList<>(SMALL);
    all.addAll(List.of(more));
    return NeededFiles.of(all, List.of(), false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.safetensors                                       | model.safetensors
          model.safetensors pytorch_model.bin original/x.pth      | model.safetensors
          model.safetensors consolidated.safetensors params.json  | consolidated.safetensors
          consolidated.safetensors params.json                    | consolidated.safetensors
          a.safetensors b.safetensors                             | a.safetensors b.safetensors
          pytorch_model.bin training_args.bin optimizer.pt        | pytorch_model.bin
          model.safetensors onnx/model.onnx flax_model.msgpack    | model.safetensors
          model.safetensors sub/model.safetensors                 | model.safetensors
          """)
  void oneFormatOfWeightsIsTaken(String there, String weights) {
    NeededFiles needed = of(there.strip().split(" ", -1));

    assertThat(needed.weights()).containsExactly(weights.split(" ", -1));
    assertThat(needed.isComplete()).isTrue();
    assertThat(needed.pickled()).isEqualTo(weights.endsWith(".bin"));
  }

  @Test
  void theIndexDecidesAndTellsWhatIsMissing() {
    List<String> there =
        List.of(
            "config.json",
            "tokenizer.model",
            NeededFiles.INDEX,
            "model-1.safetensors",
            "other.safetensors");

    NeededFiles needed =
        NeededFiles.of(there, List.of("model-1.safetensors", "model-2.safetensors"), false);

    assertThat(needed.weights()).containsExactly("model-1.safetensors");
    assertThat(needed.missing()).containsExactly("model-2.safetensors");
    assertThat(needed.files()).doesNotContain("other.safetensors").contains(NeededFiles.INDEX);
    assertThat(NeededFiles.indexOf(there)).contains(NeededFiles.INDEX);
    assertThat(NeededFiles.indexOf(List.of("a.safetensors", NeededFiles.PICKLED_INDEX))).isEmpty();
    assertThat(NeededFiles.indexOf(List.of(NeededFiles.PICKLED_INDEX)))
        .contains(NeededFiles.PICKLED_INDEX);
  }

  @Test
  void whatEveryModelNeedsIsMissed() {
    assertThat(NeededFiles.of(List.of("README.md"), List.of(), false).missing())
        .containsExactly(
            "config.json", "a tokenizer (such as tokenizer.json)", "weights (*.safetensors)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiktoken.model",
        "qwen.tiktoken",
        "spiece.model",
        "sentencepiece.bpe.model",
        "vocab.txt",
        "tekken.json"
      })
  void aTokenizerHasManyNames(String name) {
    assertThat(
            NeededFiles.of(List.of("config.json", name, "model.safetensors"), List.of(), false)
                .missing())
        .isEmpty();
  }

  @Test
  void settingsAreTakenAndCodeOnlyWhereItIsTrusted() {
    List<String> there =
        List.of(
            "README.md",
            ".gitattributes",
            "LICENSE",
            "chat_template.jinja",
            "1_Pooling/config.json",
            "merges.txt",
            "modeling_x.py",
            "vocab.json",
            "config.json",
            "model.safetensors");

    assertThat(NeededFiles.of(there, List.of(), false).files())
        .containsExactly(
            "1_Pooling/config.json",
            "chat_template.jinja",
            "config.json",
            "merges.txt",
            "model.safetensors",
            "vocab.json");
    assertThat(NeededFiles.of(there, List.of(), true).files()).contains("modeling_x.py");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "a/./b",
        "",
        "C:/x",
        "C:x",
        "a\\..\\b",
        "a\u0000b",
        "a\nb",
        "a\u001b[2Jb",
        "a/",
        "..",
        "\u202egnp.exe"
      })
  void aNameThatCouldLeadOutOfItsFolderIsNone(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RepoFile(path, new ByteSize(1), "a".repeat(40)))
        .withMessageNotContaining("\u001b");
  }

  @Test
  void whatTheCacheCallsAContentIsAChecksum() {
    assertThat(new RepoFile("a/b.json", new ByteSize(1), "a".repeat(64)).hasSha256()).isTrue();
    assertThat(new RepoFile("b", new ByteSize(1), "0".repeat(40)).hasSha256()).isFalse();
    for (String etag : List.of("", "../x", "A".repeat(40), "*".repeat(64), "a".repeat(41))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RepoFile("b", new ByteSize(1), etag));
    }
  }

  @Test
  void revisions() {
    assertThat(new Revision("refs/pr/1").isCommit()).isFalse();
    assertThat(new Revision("0123456789abcdef0123456789abcdef01234567").isCommit()).isTrue();
    for (String text : List.of("", "-x", "a/../b", "/a", "a b", "a/", "a//b", "a/.b", "x.lock")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Revision(text))
          .withMessageContaining("branch, tag or commit");
    }
  }
}
