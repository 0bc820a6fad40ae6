package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.application.port.out.ProcessTrees.Member;
import dev.stoker.application.port.out.ProcessTrees.Watch;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Notices when a launch has come to its end: when its main process is gone, or another without
 * which it is no server any more. vLLM itself takes five seconds to notice that its engine died
 * (0.32, seen). For any thread.
 */
final class LaunchEnds {
  private final long epoch;
  private final ServiceSpec spec;
  private final Launch launch;
  private final DrivenPorts ports;
  private final DeviceTable devices;
  private final InferenceProvider provider;
  private final Consumer<ServiceEvent> post;
  private final Map<ProcessIdentity, String> vital = new HashMap<>();
  private final Set<ProcessIdentity> seenOnce = new HashSet<>();
  private final List<Watch> watches = new ArrayList<>();
  private boolean ending;
  private boolean closed;

  LaunchEnds(
      long epoch,
      Launch launch,
      DrivenPorts ports,
      DeviceTable devices,
      InferenceProvider provider,
      Consumer<ServiceEvent> post) {
    this.epoch = epoch;
    this.spec = launch.spec();
    this.launch = launch;
    this.ports = ports;
    this.devices = devices;
    this.provider = provider;
    this.post = post;
  }

  /** It was seen to end, by whoever launched it. */
  void mainEnded(ExitStatus status) {
    ports
        .scheduler()
        .execute(
            "exit-" + spec.name(),
            () ->
                post.accept(ExitReport.of(epoch, status, spec, launch, ports, devices, provider)));
  }

  /** Watches a main process that is another's child. */
  synchronized void watchMain(ProcessIdentity main) {
    if (closed) {
      return;
    }
    watches.add(ports.processTrees().watch(Set.of(main), _ -> mainEnded(new ExitStatus.Unseen())));
  }

  /** Watches those of the tree that it cannot be without, from when they are first seen. */
  synchronized void watchParts(List<Member> members) {
    if (ending) {
      return;
    }
    Set<ProcessIdentity> fresh = new HashSet<>();
    for (Member member : members) {
      if (!member.process().equals(launch.lease().process())
          && provider.isVital(member.command())
          && !vital.containsKey(member.process())) {
        // Between fork and exec a child goes by its parent's name: seen once more, it is one.
        if (seenOnce.remove(member.process())) {
          vital.put(member.process(), member.command());
          fresh.add(member.process());
        } else {
          seenOnce.add(member.process());
        }
      }
    }
    if (!fresh.isEmpty()) {
      watches.add(ports.processTrees().watch(fresh, this::partGone));
    }
  }

  private void partGone(ProcessIdentity part) {
    String command;
    synchronized (this) {
      if (ending) {
        return;
      }
      command = vital.getOrDefault(part, "");
    }
    mainEnded(new ExitStatus.PartGone(command, part.pid()));
  }

  /** It was told to end: its parts go before its main process, and that is no crash. */
  synchronized void expectEnd() {
    ending = true;
  }

  /** Nothing of it matters any more. */
  synchronized void close() {
    ending = true;
    closed = true;
    watches.forEach(ProcessTrees.Watch::close);
    watches.clear();
  }
}
