package dev.stoker.cli.command;

import java.util.List;

/**
 * The command line, parted at the first {@code --}: what stands behind is the server's.
 *
 * @param own Stoker's arguments
 * @param servers the server's
 */
record Passthrough(List<String> own, List<String> servers) {
  Passthrough {
    own = List.copyOf(own);
    servers = List.copyOf(servers);
  }

  static Passthrough of(String[] arguments) {
    List<String> all = List.of(arguments);
    int at = all.indexOf("--");
    return at < 0
        ? new Passthrough(all, List.of())
        : new Passthrough(all.subList(0, at), all.subList(at + 1, all.size()));
  }
}
