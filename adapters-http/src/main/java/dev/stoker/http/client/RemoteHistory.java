package dev.stoker.http.client;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.HistoryMessage;
import dev.stoker.http.message.IncidentMessage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to a daemon's services. */
final class RemoteHistory implements ServiceHistory {
  private final Api api;

  RemoteHistory(Api api) {
    this.api = api;
  }

  @Override
  public List<HistoryEntry> history(@Nullable ServiceName service, Instant since, int most) {
    return HistoryMessage.readAll(
        api.get("/v1/history?since=" + since + "&limit=" + most + of(service)));
  }

  @Override
  public List<Incident> incidents(@Nullable ServiceName service, int most) {
    return IncidentMessage.readAll(api.get("/v1/incidents?limit=" + most + of(service)));
  }

  private static String of(@Nullable ServiceName service) {
    return service == null ? "" : "&service=" + service;
  }
}
