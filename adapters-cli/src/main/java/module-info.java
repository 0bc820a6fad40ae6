/** The command line, and the place where the layers are joined. */
module dev.stoker.cli {
  requires dev.stoker.application;
  requires dev.stoker.http;
  requires dev.stoker.infrastructure;
  requires info.picocli;
  requires jdk.unsupported;
  requires org.slf4j;

  opens dev.stoker.cli.command to
      info.picocli;
}
