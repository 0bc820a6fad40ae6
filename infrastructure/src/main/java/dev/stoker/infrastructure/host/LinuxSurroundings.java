package dev.stoker.infrastructure.host;

import dev.stoker.application.port.out.Scheduler;
import dev.stoker.application.port.out.Surroundings;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks systemd and logind, by their own programs, what they will do to processes of this one's
 * control group (systemd.kill(5), logind.conf(5)); both are found by the path of that group
 * (cgroups(7)).
 */
@Singleton
final class LinuxSurroundings implements Surroundings {
  private static final Pattern UNIT = Pattern.compile("/([^/]+\\.service)(?:/[^/]*)?$");
  private static final Pattern SESSION =
      Pattern.compile("/user-(\\d+)\\.slice/session-[^/]+\\.scope");
  private static final long FEW_FILES = 1024;

  private final Commands commands;
  private final Settings settings;
  private final Scheduler scheduler;
  private final Path proc;

  @Inject
  LinuxSurroundings(Commands commands, Settings settings, Scheduler scheduler) {
    this(commands, settings, scheduler, Path.of("/proc/self"));
  }

  /** One whose own process stands in another folder, for tests. */
  LinuxSurroundings(Commands commands, Settings settings, Scheduler scheduler, Path proc) {
    this.commands = commands;
    this.settings = settings;
    this.scheduler = scheduler;
    this.proc = proc;
  }

  @Override
  public void prepare() {
    if (isFirst()) {
      new OrphanReaper(scheduler).begin();
    }
  }

  private static boolean isFirst() {
    return ProcessHandle.current().pid() == 1;
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    String group = text("cgroup");
    unit(group).flatMap(unit -> killedWith(unit, group)).ifPresent(warnings::add);
    session(group).flatMap(this::killedAtLogout).ifPresent(warnings::add);
    if (isFirst()) {
      warnings.add(
          "Stoker is the first process of this container: when it ends, every server in it ends"
              + " with it; with an init such as tini before it they can be taken over");
    }
    fewFiles().ifPresent(warnings::add);
    return warnings;
  }

  /** Where systemd has started this process, it has named the invocation too. */
  private Optional<String> unit(String group) {
    if (!settings.environment().containsKey("INVOCATION_ID")) {
      return Optional.empty();
    }
    Matcher matcher = UNIT.matcher(group.strip());
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private Optional<String> killedWith(String unit, String group) {
    List<String> command = new ArrayList<>(List.of("systemctl"));
    if (group.contains("/user@")) {
      command.add("--user");
    }
    command.addAll(List.of("show", "-p", "KillMode", "--value", unit));
    String mode = answer(command);
    return mode.isEmpty() || mode.equals("process") || mode.equals("none")
        ? Optional.empty()
        : Optional.of(
            "systemd ends every server when it stops or restarts "
                + unit
                + " (KillMode="
                + mode
                + "): set KillMode=process in it, or stop_on_exit: true");
  }

  private Optional<String> session(String group) {
    Matcher matcher = SESSION.matcher(group);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private Optional<String> killedAtLogout(String user) {
    String kills =
        answer(
            List.of(
                "busctl",
                "get-property",
                "org.freedesktop.login1",
                "/org/freedesktop/login1",
                "org.freedesktop.login1.Manager",
                "KillUserProcesses"));
    if (!kills.equals("b true")) {
      return Optional.empty();
    }
    String lingers = answer(List.of("loginctl", "show-user", user, "-p", "Linger", "--value"));
    return Optional.of(
        "logind ends every process of this session at logout (KillUserProcesses=yes), servers too:"
            + " run Stoker as a user service (systemctl --user)"
            + (lingers.equals("yes") ? "" : " after 'loginctl enable-linger'"));
  }

  private Optional<String> fewFiles() {
    for (String line : text("limits").lines().toList()) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring("Max open files".length()).strip().split(" +", 2)[0];
        if (soft.matches("\\d{1,9}") && Long.parseLong(soft) < FEW_FILES) {
          return Optional.of(
              "only "
                  + soft
                  + " files may be open at once: raise it (ulimit -n 4096, or LimitNOFILE= in the"
                  + " unit)");
        }
      }
    }
    return Optional.empty();
  }

  private String text(String file) {
    try {
      return Files.readString(proc.resolve(file));
    } catch (IOException e) {
      return "";
    }
  }

  /** {@return the first line that the program prints; empty where it fails or is not there} */
  private String answer(List<String> command) {
    List<String> lines = new ArrayList<>();
    Map<String, String> environment = new HashMap<>(settings.environment());
    environment.put("LC_ALL", "C");
    try {
      int code = commands.run(command, environment, Path.of("/"), lines::add);
      return code == 0 && !lines.isEmpty() ? lines.getFirst().strip() : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
