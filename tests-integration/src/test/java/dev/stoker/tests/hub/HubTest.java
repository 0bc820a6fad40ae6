package dev.stoker.tests.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.tests.hub.HubStandIn.Asked;
import dev.stoker.tests.hub.HubStandIn.Fault;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Hub is asked and what it answers, against a stand-in with faults. */
class HubTest extends OfHub {
  @Test
  @Tag("FR-013")
  @Tag("FR-025")
  @Tag("FR-044")
  @Tag("UT-004")
  void aModelThatIsNotThere() {
    ModelId none = new ModelId("acme/none");
    environment.put("HF_TOKEN", TOKEN);
    assertThatThrownBy(() -> ports().modelHub().look(none, Revision.MAIN))
        .hasMessageContaining("acme/none")
        .satisfies(problem -> assertThat(codeOf(problem)).isEqualTo(ErrorCode.MODEL_NOT_FOUND));

    environment.remove("HF_TOKEN");
    assertThatThrownBy(() -> ports().modelHub().look(none, Revision.MAIN))
        .satisfies(
            problem ->
                assertThat(((LifecycleException) problem).failure().cause())
                    .contains("or there is no such model"));
    assertThatThrownBy(() -> ports().modelHub().look(ID, new Revision("none")))
        .hasMessageContaining("no such revision");
  }

  @Test
  @Tag("FR-025")
  @Tag("FR-045")
  void aGatedModel() {
    hub.gate(NAME, "Access to model acme/model is restricted. You must have access to it");
    assertThatThrownBy(this::look)
        .satisfies(
            problem -> {
              assertThat(codeOf(problem)).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
              assertThat(((LifecycleException) problem).failure().remedy())
                  .contains("accept the terms", "HF_TOKEN");
            });

    hub.gate(NAME, "Your request to access model acme/model is awaiting a review from the repo");
    assertThatThrownBy(this::look)
        .satisfies(
            problem ->
                assertThat(((LifecycleException) problem).failure().cause()).contains("review"));

    environment.put("HF_TOKEN", TOKEN);
    assertThat(look().gated()).isTrue();
  }

  @Test
  @Tag("FR-045")
  void aTokenThatIsNotValidIsSaidToBe() {
    environment.put("HF_TOKEN", "hf_wrong");
    assertThatThrownBy(this::look)
        .satisfies(
            problem -> {
              assertThat(codeOf(problem)).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
              assertThat(((LifecycleException) problem).failure().cause())
                  .contains("token is not valid");
              assertThat(problem.toString()).doesNotContain("hf_wrong");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "429, Retry-After, 0, true",
    "503, Retry-After, 0, true",
    "500, X-None, 0, true",
    "429, Retry-After, 9999, false",
    "429, RateLimit, '\"api\";r=0;t=900', false",
    "451, X-None, 0, false"
  })
  void whatPassesIsTriedAgain(int status, String header, String value, boolean again) {
    String path = "/api/models/" + NAME + "/revision/main";
    hub.fail(path, new Fault.Status(status, Map.of(header, value), "later"));

    if (again) {
      assertThat(look().files()).isNotEmpty();
    } else {
      assertThatThrownBy(this::look)
          .satisfies(problem -> assertThat(codeOf(problem)).isEqualTo(ErrorCode.NETWORK));
      assertThat(hub.asked()).hasSize(1);
    }
  }

  @Test
  void whatCannotBeReachedIsNamedAtOnce() {
    environment.put("HF_ENDPOINT", "http://127.0.0.1:9");
    assertThatThrownBy(this::look)
        .hasMessageContaining("http://127.0.0.1")
        .hasMessageContaining("cannot be reached");
    environment.put("HF_ENDPOINT", "http://no-such-host.invalid");
    assertThatThrownBy(this::look).hasMessageContaining("cannot be looked up");
    environment.put("HF_ENDPOINT", "ftp://x");
    assertThatThrownBy(this::look).hasMessageContaining("HF_ENDPOINT");
  }

  @Test
  void aProxyOfTheEnvironmentIsAsked() {
    environment.put("HF_ENDPOINT", "http://hub.invalid");
    environment.put("http_proxy", hub.endpoint());
    assertThat(look().files()).as("the stand-in answers in the Hub's place").isNotEmpty();

    environment.put("no_proxy", "example.org,.invalid");
    int before = hub.asked().size();
    assertThatThrownBy(this::look).hasMessageContaining("cannot be looked up");
    assertThat(hub.asked()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil", "/etc/passwd", "a:b"})
  void aHostileNameIsNeverListed(String name) {
    hub.put(NAME, name, new byte[1]);

    assertThat(look().files())
        .extracting(RepoFile::path)
        .contains("config.json")
        .doesNotContain(name);
  }

  @Test
  @Tag("FR-026")
  void aRevisionIsOnePartOfTheAddress() {
    ports().modelHub().look(ID, new Revision("refs/pr/1"));

    assertThat(hub.asked())
        .extracting(Asked::path)
        .anyMatch(path -> path.endsWith("/refs%2Fpr%2F1"));
  }

  @Test
  void whatAModelIsIsReadWithoutFetchingIt() {
    Listing listing = look();

    assertThat(ports().modelHub().facts(listing, "").weights())
        .extracting(each -> each.total().bytes())
        .isEqualTo(2L << 20);
    assertThat(hub.asked()).noneMatch(each -> each.ofCdn() && each.range().isEmpty());
  }
}
