package dev.stoker.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
  private static final ModelReference.Places PLACES =
      new ModelReference.Places(Path.of("/here"), Path.of("/home/u"), Path.of("/data/demo"));

  @Test
  @Tag("FR-002")
  void tellsHubFolderAndDemoApart() {
    assertThat(ModelReference.parse("Qwen/Qwen3-8B", PLACES))
        .isEqualTo(new HubModel(new ModelId("Qwen/Qwen3-8B")));
    assertThat(ModelReference.parse("./m", PLACES)).isEqualTo(new LocalModel(Path.of("/here/m")));
    assertThat(ModelReference.parse("../m", PLACES)).isEqualTo(new LocalModel(Path.of("/m")));
    assertThat(ModelReference.parse("~/m", PLACES)).isEqualTo(new LocalModel(Path.of("/home/u/m")));
    assertThat(ModelReference.parse("/m/", PLACES)).isEqualTo(new LocalModel(Path.of("/m")));
    assertThat(ModelReference.parse("demo", PLACES))
        .isEqualTo(new DemoModel(Path.of("/data/demo")));
  }

  @Test
  @Tag("FR-026")
  void aRevisionStandsBehindAnAt() {
    ModelReference pinned = ModelReference.parse("org/name@refs/pr/1", PLACES);

    assertThat(pinned).isEqualTo(new HubModel(new ModelId("org/name"), new Revision("refs/pr/1")));
    assertThat(pinned.argument()).isEqualTo("org/name");
    assertThat(pinned.servedName()).isEqualTo("org/name");
    assertThat(ModelReference.ofWritten(pinned.written())).contains(pinned);
    assertThat(ModelReference.ofWritten("hub:org/name"))
        .contains(new HubModel(new ModelId("org/name")));
    assertThat(ModelReference.ofWritten("hub:org/name@../x")).isEmpty();
    assertThatThrownBy(() -> ModelReference.parse("org/name@a b", PLACES))
        .hasMessageContaining("VLM-010")
        .hasMessageContaining("branch, tag or commit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "org/name", "a_b/c-d.e", "o/", "_x/y_"})
  @Tag("FR-026")
  @Tag("UT-007")
  void acceptsWhatTheHubAccepts(String id) {
    assertThat(ModelId.problemOf(id).isEmpty()).isEqualTo(!id.endsWith("/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b/c",
        "-a/b",
        "a/b-",
        "a/.b",
        "a--b/c",
        "a/b..c",
        "a/b.git",
        "a b/c",
        "a/b\n",
        "ä/b",
        "org//name",
        "a/b?c",
        "a/../b"
      })
  @Tag("FR-026")
  @Tag("UT-007")
  @Tag("AC-008")
  void refusesWhatTheHubRefuses(String id) {
    assertThatThrownBy(() -> ModelReference.parse(id, PLACES))
        .isInstanceOf(LifecycleException.class)
        .hasMessageContaining("VLM-010");
  }

  @Test
  @Tag("FR-026")
  void theNameHasAtMost96Characters() {
    assertThat(ModelId.problemOf("o/" + "x".repeat(96))).isEmpty();
    assertThat(ModelId.problemOf("o/" + "x".repeat(97))).isPresent();
  }
}
