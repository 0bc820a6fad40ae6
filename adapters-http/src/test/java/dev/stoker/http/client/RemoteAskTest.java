package dev.stoker.http.client;

import dev.stoker.application.Application;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ControlAccess.Announced;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.http.HttpAdapter;
import dev.stoker.http.HttpAdapter.Listening;
import dev.stoker.http.HttpAdapter.Measured;
import dev.stoker.testing.AskContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Asked over the control API. */
class RemoteAskTest extends AskContract {
  private static final String TOKEN = "secret";
  private final UseCases useCases = Application.wire(world);
  private final Measured measured = HttpAdapter.measure(useCases, useCases.ownUse(), false);
  private final Listening control = HttpAdapter.serve(useCases, TOKEN, 0, "test", measured);

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
    return HttpAdapter.connect(new Announced(1, control.address(), TOKEN));
  }

  @Override
  protected UseCases owner() {
    return useCases;
  }
}
