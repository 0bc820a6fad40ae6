package dev.stoker.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.Application;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ControlAccess.Announced;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.http.HttpAdapter;
import dev.stoker.http.HttpAdapter.Listening;
import dev.stoker.http.HttpAdapter.Measured;
import dev.stoker.http.access.ControlAddress;
import dev.stoker.testing.RunningServicesContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asked over the control API. */
class RemoteServicesTest extends RunningServicesContract {
  private static final String TOKEN = "secret";
  private final UseCases useCases = Application.wire(world);
  private final Measured measured = HttpAdapter.measure(useCases, useCases.ownUse(), false);
  private final Listening control =
      HttpAdapter.serve(useCases, useCases, new ControlAddress(0, TOKEN, "test", null), measured);

  @BeforeEach
  void open() {
    control.open();
  }

  @AfterEach
  void close() {
    control.close();
    measured.close();
  }

  @Override
  protected RunningServices services() {
    return connect(TOKEN);
  }

  private RunningServices connect(String token) {
    return HttpAdapter.connect(new Announced(1, control.address(), token));
  }

  @Override
  protected UseCases owner() {
    return useCases;
  }

  @Test
  void aDaemonThatIsGoneIsSaid() {
    control.close();

    assertThatThrownBy(() -> services().orchestrator().statuses())
        .hasMessageContaining("VLM-032")
        .hasMessageContaining("pid 1");
    assertThat(services().orchestrator().start(NAME))
        .failsWithin(java.time.Duration.ofSeconds(20))
        .withThrowableThat()
        .withMessageContaining("VLM-032");
  }

  @Test
  void aWrongTokenIsSaid() {
    assertThatThrownBy(() -> connect("other").orchestrator().statuses())
        .hasMessageContaining("VLM-033")
        .hasMessageContaining("token");
  }
}
