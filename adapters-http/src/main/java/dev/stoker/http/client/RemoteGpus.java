package dev.stoker.http.client;

import dev.stoker.application.port.in.Gpus;
import dev.stoker.http.message.GpuMessage;
import java.util.List;

/** The accelerators of a daemon's machine. */
final class RemoteGpus implements Gpus {
  private final Api api;

  RemoteGpus(Api api) {
    this.api = api;
  }

  @Override
  public Seen now() {
    return GpuMessage.readSeen(api.get("/v1/gpus"));
  }

  /** A daemon watches already. */
  @Override
  public void expectLooks() {}

  @Override
  public List<Sample> lastHour() {
    return GpuMessage.readLastHour(api.get("/v1/gpus"));
  }
}
