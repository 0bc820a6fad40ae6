package dev.stoker.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with everything that a model consists of, and nothing in it. */
public final class EmptyModel {
  private static final int BYTES = 1000;

  private EmptyModel() {}

  /** Makes it, and says where: it is called as the folder is. */
  public static Path create(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("config.json"),
        "{\"architectures\": [\"OPTForCausalLM\"], \"model_type\": \"opt\"}");
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    Files.write(folder.resolve("model.bin"), new byte[BYTES]);
    return folder;
  }
}
