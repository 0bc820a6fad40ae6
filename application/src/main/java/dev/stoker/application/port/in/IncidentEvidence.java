package dev.stoker.application.port.in;

import dev.stoker.application.Incident;
import java.util.List;
import java.util.Map;

/** What is kept of an incident beside its record, without secrets. Calls block on the disk. */
public interface IncidentEvidence {
  /**
   * {@return the last lines that the server printed in that launch, at most this many, redacted;
   * empty where its output is gone}
   */
  List<String> output(Incident incident, int most);

  /** {@return what the last good start of the service was made with; empty where none is known} */
  Map<String, String> lastGoodStart(Incident incident);

  /** {@return a text without secrets: those of this environment, and what looks like one} */
  String redact(String text);
}
