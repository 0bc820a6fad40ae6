package dev.stoker.performance;

import dev.stoker.testing.RequiredProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The one that is installed, with configurations of its own. */
final class Nginx {
  private static final String ANSWER =
      "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"model\",\"choices\":[{\"index\":0,\"text\":\"hello"
          + " there, this is an answer\",\"finish_reason\":\"stop\"}]}";

  private final Path folder;
  private final Path program =
      RequiredProgram.find("nginx", "apt-get install nginx-light", System.getenv());

  Nginx(Path folder) {
    this.folder = folder;
  }

  /** {@return a script that becomes one which answers as an engine does, with two workers} */
  String engine() {
    String server =
        """
        server {
          listen 127.0.0.1:$port backlog=4096;
          default_type application/json;
          location = /health { return 200; }
          location = /metrics { return 200 "vllm:num_requests_running 0\n"; }
          location = /v1/models { return 200 '{"object":"list","data":[{"id":"model"}]}'; }
          location / { return 200 '%s'; }
        }
        """
            .formatted(ANSWER);
    return "cat > "
        + folder
        + "/server.conf <<END\n"
        + configuration("server", 2, server)
        + "END\nexec "
        + command("server");
  }

  /** {@return a plain reverse proxy with one worker} */
  Process proxy(String port, int backend) throws IOException {
    String server =
        """
        upstream engine { server 127.0.0.1:%d; keepalive 1024; keepalive_requests 100000000; }
        server {
          listen 127.0.0.1:%s backlog=4096;
          location / {
            proxy_pass http://engine; proxy_http_version 1.1; proxy_set_header Connection "";
          }
        }
        """
            .formatted(backend, port);
    Files.writeString(folder.resolve("proxy.conf"), configuration("proxy", 1, server));
    return new ProcessBuilder("sh", "-c", "exec " + command("proxy")).start();
  }

  private String command(String name) {
    return program + " -c " + folder + "/" + name + ".conf -e /dev/null";
  }

  private String configuration(String name, int workers, String server) {
    StringBuilder folders = new StringBuilder();
    for (String each : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      folders.append(each).append("_temp_path ").append(folder).append('/').append(name);
      folders.append('-').append(each).append("; ");
    }
    return """
    daemon off; worker_processes %d; pid %s/%s.pid; error_log /dev/null crit;
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 100000000; %s
      %s
    }
    """
        .formatted(workers, folder, name, folders, server);
  }
}
