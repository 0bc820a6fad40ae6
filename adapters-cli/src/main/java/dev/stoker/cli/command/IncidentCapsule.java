package dev.stoker.cli.command;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.IncidentEvidence;
import dev.stoker.cli.render.VersionText;
import dev.stoker.http.message.CheckupMessage;
import dev.stoker.http.message.HistoryMessage;
import dev.stoker.http.message.IncidentMessage;
import dev.stoker.http.message.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** One archive with all that is known of an incident, without secrets, for a bug report. */
final class IncidentCapsule {
  private static final int LINES = 5000;
  private static final String README =
      """
      What Stoker knows of an incident of a local inference server.

      incident.json   how it ended, what was concluded, what was decided
      history.json    what happened to the service before and after
      output.log      the last lines that the server printed in that launch
      good-start.json what the last good start was made with
      doctor.json     what is on this machine, as of the export

      Secrets were taken out: the values of this environment's tokens, keys and passwords, and what looks
      like one. Names of models, paths and hosts were left in. Look through it before you send it.
      """;

  private IncidentCapsule() {}

  /**
   * Writes the archive, readable by its user alone.
   *
   * @throws java.nio.file.FileAlreadyExistsException where there is such a file
   */
  static void write(UseCases useCases, Incident incident, List<HistoryEntry> history, Path file)
      throws IOException {
    IncidentEvidence evidence = useCases.incidentEvidence();
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("README.txt", README + "\nStoker " + VersionText.version() + "\n");
    parts.put("incident.json", json(evidence, IncidentMessage.of(incident)));
    parts.put("history.json", json(evidence, HistoryMessage.ofAll(history)));
    parts.put("output.log", String.join("\n", evidence.output(incident, LINES)) + "\n");
    parts.put("good-start.json", json(evidence, evidence.lastGoodStart(incident)));
    parts.put(
        "doctor.json", json(evidence, CheckupMessage.ofAll(useCases.doctor().examine(List.of()))));
    try (OutputStream out = Files.newOutputStream(privateFile(file));
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry("stoker-" + incident.id() + "/" + part.getKey()));
        zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
  }

  /** Texts are looked through as they are: encoded, a secret may look like something else. */
  private static String json(IncidentEvidence evidence, Object value) {
    return Json.of(clean(evidence, value));
  }

  private static @Nullable Object clean(IncidentEvidence evidence, @Nullable Object value) {
    return switch (value) {
      case String text -> evidence.redact(text);
      case List<?> list -> list.stream().map(each -> clean(evidence, each)).toList();
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, each) -> copy.put(String.valueOf(key), clean(evidence, each)));
        yield copy;
      }
      case null, default -> value;
    };
  }

  private static Path privateFile(Path file) throws IOException {
    FileAttribute<?>[] attributes =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)
        .close();
    return file;
  }
}
