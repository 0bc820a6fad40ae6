package dev.stoker.http;

import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.application.port.in.ControlAccess.Announced;
import dev.stoker.application.port.in.MachineServices;
import dev.stoker.application.port.in.OwnUse;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.Traffic;
import dev.stoker.http.access.ControlAddress;
import dev.stoker.http.access.GatewayAddress;
import dev.stoker.http.client.RemoteServices;
import dev.stoker.http.control.ControlServer;
import dev.stoker.http.control.MetricsPage;
import dev.stoker.http.gateway.GatewayServer;
import dev.stoker.http.metrics.Meters;
import java.net.URI;
import java.util.function.Consumer;

/** The way in: the control API of this process, and the one of another. */
public final class HttpAdapter {
  private HttpAdapter() {}

  /**
   * Offers the use cases on 127.0.0.1.
   *
   * @param services what runs
   * @param machine what is offered beside it
   * @param address where, and to whom
   * @param measured what its page of metrics shows
   * @return the running server
   * @throws dev.stoker.domain.failure.LifecycleException when the port is taken
   */
  public static Listening serve(
      RunningServices services,
      MachineServices machine,
      ControlAddress address,
      Measured measured) {
    ControlServer server = ControlServer.start(services, machine, address, measured.page());
    return new Listening(server.address(), server::open, server::refuse, server::close);
  }

  /**
   * Offers the models of all services, in the form of the OpenAI API.
   *
   * @param services whose
   * @param traffic where requests are counted, so that what serves them is not ended under them
   * @param measured where they are measured
   * @param engineKey what their servers ask for; empty for none
   * @param keys of clients; needed beyond the loopback
   * @param address where
   * @param say where whoever runs it reads what is wrong, and who asked where that is wanted
   * @return the running server
   * @throws dev.stoker.domain.failure.LifecycleException when the port is taken, a certificate
   *     cannot be read, or others than programs of this machine could ask without a key
   */
  public static Listening gateway(
      RunningServices services,
      Traffic traffic,
      Measured measured,
      String engineKey,
      ClientKeys keys,
      GatewayAddress address,
      Consumer<String> say) {
    GatewayServer server =
        GatewayServer.start(
            services, traffic, measured.meters.gateway(), engineKey, keys, address, say);
    return new Listening(server.address(), server::open, server::refuse, server::close);
  }

  /**
   * {@return the use cases of another process; nothing is asked before one is used, and each
   * answers with {@code NoDaemon} when nobody is there}
   */
  public static RunningServices connect(Announced daemon) {
    return new RemoteServices(daemon);
  }

  /**
   * {@return what is measured of a Stoker from now on}
   *
   * @param open whether whoever reaches the control port may read it without the token
   */
  public static Measured measure(RunningServices services, OwnUse own, boolean open) {
    return new Measured(Meters.begin(services, own), open);
  }

  /** What is measured, until it is closed. */
  public static final class Measured implements AutoCloseable {
    private final Meters meters;
    private final boolean open;

    private Measured(Meters meters, boolean open) {
      this.meters = meters;
      this.open = open;
    }

    private MetricsPage page() {
      return new MetricsPage(meters, open);
    }

    /** Measures no more. */
    @Override
    public void close() {
      meters.close();
    }
  }

  /** What listens, until it is closed. */
  public static final class Listening implements AutoCloseable {
    private final URI address;
    private final Runnable opening;
    private final Runnable refusing;
    private final Runnable closing;

    private Listening(URI address, Runnable opening, Runnable refusing, Runnable closing) {
      this.address = address;
      this.opening = opening;
      this.refusing = refusing;
      this.closing = closing;
    }

    /** {@return where it answers} */
    public URI address() {
      return address;
    }

    /** From now on it answers; before, each caller is told to try again. */
    public void open() {
      opening.run();
    }

    /** From now on each further caller is told to try again later; what is under way may finish. */
    public void refuse() {
      refusing.run();
    }

    /** Ends it; open calls are cut. */
    @Override
    public void close() {
      closing.run();
    }
  }
}
