package dev.stoker.tests.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One server for all that can be seen of a running one, told to end once while it loads; and others
 * for those tests that end theirs.
 */
@Timeout(400)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class SharedEngine {
  /** Behind those without an order. */
  static final int LAST_OF_THE_SHARED = Order.DEFAULT + 100;

  @TempDir static Path folder;
  final int port = Machine.freePort();
  private final List<BareServer> servers = new ArrayList<>();
  BareServer shared;
  boolean boundBeforeItListened;
  private Set<String> sharedMemory = Set.of();

  /** {@return the engine as a configuration names it} */
  abstract String engine() throws IOException, InterruptedException;

  @BeforeAll
  void start() throws Exception {
    String engine = engine();
    sharedMemory = Machine.sharedMemory();
    shared =
        BareServer.launch(engine, Files.createDirectories(folder.resolve("a")), port, Map.of());
    servers.add(shared);
    shared.awaitOut("Initializing a V1 LLM engine");
    boundBeforeItListened = shared.isBound() && !shared.accepts();
    shared.signal("TERM");
    shared.awaitReady();
  }

  @AfterEach
  void onlyTheSharedOneLives() throws IOException {
    for (BareServer server : List.copyOf(servers)) {
      if (server != shared) {
        server.close();
        servers.remove(server);
      }
    }
  }

  @AfterAll
  void nothingLives() throws Exception {
    for (BareServer server : servers) {
      server.close();
    }
    for (String name : Machine.sharedMemory()) {
      if (!sharedMemory.contains(name) && name.matches("(psm_|sem\\.mp-).*")) {
        Files.deleteIfExists(Path.of("/dev/shm", name));
      }
    }
  }

  BareServer another(String name, int itsPort, String... arguments) throws Exception {
    BareServer server =
        BareServer.launch(
            engine(), Files.createDirectories(folder.resolve(name)), itsPort, Map.of(), arguments);
    servers.add(server);
    return server;
  }
}
