import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites the class files of the distribution's libraries that were compiled for Java 7 or earlier
 * as class files of Java 8, with the stack maps that those need; nothing else about them changes.
 *
 * <p>The JVM's archive of classes takes none that are older, nor anything that extends them, and a
 * third of the time of a short command went into loading them (ADR 0006). Run by the build with the
 * folder of the libraries as its argument.
 */
public final class ModerniseClasses {
  private static final int JAVA_8 = 52;

  private ModerniseClasses() {}

  public static void main(String[] arguments) throws IOException {
    Map<Path, Map<String, Entry>> jars = new LinkedHashMap<>();
    Map<String, byte[]> classes = new LinkedHashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
      for (Path jar : files) {
        Map<String, Entry> entries = read(jar);
        jars.put(jar, entries);
        entries.forEach((name, entry) -> classes.put(name, entry.content()));
      }
    }
    ClassFile tool =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(hierarchy(classes)));
    for (Map.Entry<Path, Map<String, Entry>> jar : jars.entrySet()) {
      if (jar.getValue().values().stream().anyMatch(ModerniseClasses::isOld)) {
        write(jar.getKey(), jar.getValue(), tool);
      }
    }
  }

  private record Entry(String name, long time, byte[] content) {}

  private static boolean isOld(Entry entry) {
    byte[] bytes = entry.content();
    return entry.name().endsWith(".class") && (bytes[6] << 8 | bytes[7]) < JAVA_8;
  }

  private static ClassHierarchyResolver hierarchy(Map<String, byte[]> classes) {
    return ClassHierarchyResolver.ofResourceParsing(
            (ClassDesc type) -> {
              String descriptor = type.descriptorString();
              byte[] bytes =
                  classes.get(descriptor.substring(1, descriptor.length() - 1) + ".class");
              return bytes == null ? null : new ByteArrayInputStream(bytes);
            })
        .orElse(ClassHierarchyResolver.defaultResolver());
  }

  private static Map<String, Entry> read(Path jar) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(
            entry.getName(), new Entry(entry.getName(), entry.getTime(), zip.readAllBytes()));
      }
    }
    return entries;
  }

  /** The times of the entries stay: two builds give the same bytes. */
  private static void write(Path jar, Map<String, Entry> entries, ClassFile tool)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Entry entry : entries.values()) {
        ZipEntry written = new ZipEntry(entry.name());
        written.setTime(entry.time());
        zip.putNextEntry(written);
        zip.write(isOld(entry) ? modern(entry.content(), tool) : entry.content());
        zip.closeEntry();
      }
    }
    Files.write(jar, bytes.toByteArray());
  }

  private static byte[] modern(byte[] old, ClassFile tool) {
    ClassModel model = tool.parse(old);
    return tool.build(
        model.thisClass().asSymbol(),
        builder -> {
          builder.withVersion(JAVA_8, 0);
          model.forEach(
              element -> {
                if (!(element instanceof ClassFileVersion)) {
                  builder.with(element);
                }
              });
        });
  }
}
