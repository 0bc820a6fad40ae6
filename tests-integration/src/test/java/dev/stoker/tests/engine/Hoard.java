package dev.stoker.tests.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Connections that are opened and never used. */
final class Hoard implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final List<Socket> sockets = new ArrayList<>();

  private Hoard() {}

  static Hoard of(int port, int many) {
    Hoard hoard = new Hoard();
    for (int i = 0; i < many; i++) {
      try {
        Socket socket = new Socket();
        hoard.sockets.add(socket);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 500);
      } catch (IOException e) {
        return hoard;
      }
    }
    return hoard;
  }

  int size() {
    return sockets.size();
  }

  /** {@return whether the other side has closed the first one; waits for that} */
  boolean firstIsClosed() throws IOException {
    Socket first = sockets.getFirst();
    first.setSoTimeout(PATIENCE_MILLIS);
    return first.getInputStream().read() < 0;
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
