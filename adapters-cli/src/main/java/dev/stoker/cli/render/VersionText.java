package dev.stoker.cli.render;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this Stoker. */
public final class VersionText {
  private VersionText() {}

  /** {@return the version, such as {@code 0.1.0}} */
  public static String version() {
    Properties properties = new Properties();
    try (InputStream file = VersionText.class.getResourceAsStream("version.properties")) {
      if (file != null) {
        properties.load(file);
      }
    } catch (IOException e) {
      return "unknown";
    }
    return properties.getProperty("version", "unknown");
  }
}
