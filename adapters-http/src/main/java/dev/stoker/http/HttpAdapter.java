package dev.stoker.http;

import dev.stoker.application.port.in.ControlAccess.Announced;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.http.client.RemoteServices;
import dev.stoker.http.control.ControlServer;
import dev.stoker.http.gateway.GatewayServer;
import java.net.URI;

/** The way in: the control API of this process, and the one of another. */
public final class HttpAdapter {
  private HttpAdapter() {}

  /**
   * Offers the use cases on 127.0.0.1.
   *
   * @param services what is offered
   * @param token what callers must show
   * @param port where; 0 for any free one
   * @param version of this Stoker
   * @return the running server
   * @throws dev.stoker.domain.failure.LifecycleException when the port is taken
   */
  public static Control serve(RunningServices services, String token, int port, String version) {
    return new Control(ControlServer.start(services, token, port, version));
  }

  /**
   * Offers the models of all services on 127.0.0.1, in the form of the OpenAI API.
   *
   * @param services whose
   * @param engineKey what their servers ask for; empty for none
   * @param port where; 0 for any free one
   * @return the running server
   * @throws dev.stoker.domain.failure.LifecycleException when the port is taken
   */
  public static Gateway gateway(RunningServices services, String engineKey, int port) {
    return new Gateway(GatewayServer.start(services, engineKey, port));
  }

  /**
   * {@return the use cases of another process; nothing is asked before one is used, and each
   * answers with {@code NoDaemon} when nobody is there}
   */
  public static RunningServices connect(Announced daemon) {
    return new RemoteServices(daemon);
  }

  /** A gateway that is being offered. */
  public static final class Gateway implements AutoCloseable {
    private final GatewayServer server;

    private Gateway(GatewayServer server) {
      this.server = server;
    }

    /** {@return where it answers} */
    public URI address() {
      return server.address();
    }

    /** From now on requests are answered; before, each is told to try again. */
    public void open() {
      server.open();
    }

    /** Ends it; open calls are cut. */
    @Override
    public void close() {
      server.close();
    }
  }

  /** A control API that is being offered. */
  public static final class Control implements AutoCloseable {
    private final ControlServer server;

    private Control(ControlServer server) {
      this.server = server;
    }

    /** {@return where it answers} */
    public URI address() {
      return server.address();
    }

    /** From now on calls are answered; before, each is told to try again. */
    public void open() {
      server.open();
    }

    /** Ends it; open calls are cut. */
    @Override
    public void close() {
      server.close();
    }
  }
}
