package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.Checkup;
import dev.stoker.application.Checkup.Level;
import dev.stoker.application.Difference;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.Doctor.Comparison;
import dev.stoker.application.port.out.HostFacts.Disk;
import dev.stoker.application.port.out.HostFacts.Facts;
import dev.stoker.application.port.out.HostFacts.Tool;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.domain.unit.Port;
import dev.stoker.testing.FakeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DoctorServiceTest {
  private static final ServiceName NAME = new ServiceName("demo");
  private final FakeWorld world = new FakeWorld();
  private final UseCases useCases = Application.wire(world);

  private static ServiceSpec spec(String... arguments) {
    return new ServiceSpec(
        NAME,
        "vllm",
        new DemoModel(Path.of("/data/demo")),
        null,
        List.of(arguments),
        VllmLifecycleOptions.from(Map.of()));
  }

  private Checkup of(String subject) {
    return useCases.doctor().examine(List.of(spec())).stream()
        .filter(each -> each.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whereAllIsWellNothingIsToBeDone() {
    assertThat(useCases.doctor().examine(List.of(spec())))
        .allSatisfy(
            each -> {
              assertThat(each.level()).as(each.subject()).isEqualTo(Level.OK);
              assertThat(each.remedy()).isEmpty();
            });
  }

  @Test
  @Tag("FR-046")
  void everyTroubleComesWithItsRemedy() {
    world
        .host()
        .set(
            new Facts(
                ByteSize.ofGib(8),
                ByteSize.ofGib(1),
                new ByteSize(64L << 20),
                new ByteSize(1 << 20),
                256L,
                List.of(new Disk("models", Path.of("/cache"), new ByteSize(1000))),
                List.of("HTTPS_PROXY"),
                "HF_TOKEN",
                false,
                List.of(new Tool("nvidia-smi -L", true, false, List.of("Driver mismatch"))),
                true));
    List<Checkup> all = useCases.doctor().examine(List.of());

    assertThat(all)
        .filteredOn(each -> each.level() != Level.OK)
        .extracting(Checkup::subject)
        .contains(
            "memory", "shared memory", "open files", "disk for models", "model cache", "clock");
    assertThat(all)
        .filteredOn(each -> each.level() != Level.OK)
        .allSatisfy(each -> assertThat(each.remedy()).isNotBlank());
    assertThat(of("GPU").finding()).contains("nvidia-smi -L", "Driver mismatch");
    assertThat(of("Hub token").finding()).isEqualTo("from HF_TOKEN");
  }

  @Test
  @Tag("FR-043")
  void aPortThatIsTakenIsAProblemThatNamesItsHolder() {
    world.machine().network().occupy(new Port(8000), new PortHolder(7, "nginx"));

    assertThat(of("port of 'demo'").level()).isEqualTo(Level.PROBLEM);
    assertThat(of("port of 'demo'").finding()).contains("8000", "7", "nginx");
  }

  @Test
  void aPortOfItsOwnServerIsWell() {
    start();

    assertThat(of("port of 'demo'").level()).isEqualTo(Level.OK);
    world.machine().network().occupy(new Port(8000), new PortHolder(7, "nginx"));
    assertThat(of("port of 'demo'").level()).as("a stranger").isEqualTo(Level.PROBLEM);
    world.machine().network().leave(new Port(8000));
    stop();
  }

  private void start() {
    useCases.orchestrator().define(spec());
    useCases.orchestrator().start(NAME);
    world.advance(Duration.ofSeconds(30));
  }

  private void stop() {
    useCases.orchestrator().stop(NAME);
    world.advance(Duration.ofSeconds(30));
  }

  @Test
  void whatIsOtherThanAtTheLastGoodStartIsNamed() {
    assertThat(useCases.doctor().compare(spec())).isEmpty();
    world.host().setDriver("550.1");
    start();
    stop();
    assertThat(useCases.doctor().compare(spec())).map(Comparison::differences).contains(List.of());
    world.host().setDriver("560.2");

    assertThat(useCases.doctor().compare(spec()))
        .map(Comparison::differences)
        .contains(List.of(new Difference("driver", "550.1", "560.2")));
  }

  @Test
  void ofSecretsOnlyIsKeptThatTheyWereSet() {
    Map<String, String> kept =
        Circumstances.of(
            new LaunchPlan(
                List.of(
                    "vllm",
                    "serve",
                    "m",
                    "--dtype",
                    "half",
                    "--enforce-eager",
                    "--seed",
                    "hf_abcdefghijkl"),
                "python",
                Map.of("HF_TOKEN", "secret-value", "HTTPS_PROXY", "http://u:p4ssw0rd@h:1")),
            world.provider().engines().getFirst(),
            "");

    assertThat(kept)
        .containsEntry("environment HF_TOKEN", "(set)")
        .containsEntry("argument --dtype", "half")
        .containsEntry("argument --enforce-eager", "(given)")
        .containsEntry("argument 1", "serve");
    assertThat(kept.toString()).doesNotContain("secret-value", "p4ssw0rd", "hf_abcdefghijkl");
  }
}
