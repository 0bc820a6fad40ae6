package dev.stoker.application.service;

import dev.stoker.application.Incident;
import dev.stoker.application.port.in.IncidentEvidence;
import dev.stoker.application.port.out.ConfigurationSource;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.ServerOutput;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.GoodStart;
import dev.stoker.domain.text.Redaction;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Gathers what an incident left behind. */
final class EvidenceService implements IncidentEvidence {
  private final RunFolders folders;
  private final ServerOutput output;
  private final StateStore store;
  private final Redaction redaction;

  @Inject
  EvidenceService(
      RunFolders folders, ServerOutput output, StateStore store, ConfigurationSource source) {
    this.folders = folders;
    this.output = output;
    this.store = store;
    this.redaction = Redaction.of(source.environment());
  }

  @Override
  public List<String> output(Incident incident, int most) {
    Path log = folders.locate(incident.service(), incident.launch()).log();
    return output.tail(log, most).stream().map(redaction::redact).toList();
  }

  @Override
  public Map<String, String> lastGoodStart(Incident incident) {
    return store.openForReading()
        ? store.lastGoodStart(incident.service()).map(GoodStart::circumstances).orElse(Map.of())
        : Map.of();
  }

  @Override
  public String redact(String text) {
    return redaction.redact(text);
  }
}
