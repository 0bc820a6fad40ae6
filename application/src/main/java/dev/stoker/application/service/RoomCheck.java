package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ModelFacts;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.HostFacts;
import dev.stoker.domain.failure.DeviceFailure.DeviceMemoryTaken;
import dev.stoker.domain.failure.DeviceFailure.ModelTooLarge;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.fit.FitEstimate;
import dev.stoker.domain.fit.FitEstimate.Verdict;
import dev.stoker.domain.fit.FitQuestion;
import dev.stoker.domain.fit.MemoryFit;
import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether there is room for a model before its server is launched (FR-028, VLM-006). Says no only
 * when that is certain: when others hold what the server insists on, or weights and one request are
 * more than there is whatever else it takes. Everything less certain is a remark. Blocks, shortly.
 */
final class RoomCheck {
  private static final Logger log = LoggerFactory.getLogger(RoomCheck.class);

  private final ServiceSpec spec;
  private final EngineInfo engine;
  private final DrivenPorts ports;
  private final Consumer<String> remark;

  /**
   * Makes one.
   *
   * @param remark told what is doubtful, a sentence each
   */
  RoomCheck(ServiceSpec spec, EngineInfo engine, DrivenPorts ports, Consumer<String> remark) {
    this.spec = spec;
    this.engine = engine;
    this.ports = ports;
    this.remark = remark;
  }

  /**
   * Looks.
   *
   * @param choice the devices it will use; without any, what they have is not compared
   * @param report what is known of them now
   * @throws LifecycleException when there certainly is no room
   */
  void run(DeviceChoice choice, GpuReport report) {
    MemoryPlan plan = plan();
    if (plan.refusesHeldMemory() && plan.settings().cache() == null) {
      choice.used().forEach(device -> requireFree(device, plan, report));
    }
    List<DeviceMemory> devices = onProcessor() ? machine(ports) : comparable(choice);
    compare(plan, plan.refusesHeldMemory() || onProcessor() ? devices : emptied(devices));
  }

  /**
   * Looks whether it can fit at all, when nothing else is on the devices any more.
   *
   * @param choice the devices it will use; null where they are not known
   * @throws LifecycleException when it certainly cannot
   */
  void runOnEmpty(@Nullable DeviceChoice choice) {
    List<DeviceMemory> all =
        onProcessor() ? machine(ports) : choice == null ? List.of() : comparable(choice);
    compare(plan(), emptied(all));
  }

  private static List<DeviceMemory> emptied(List<DeviceMemory> devices) {
    return devices.stream()
        .map(each -> new DeviceMemory(each.id(), each.name(), each.total(), each.total()))
        .toList();
  }

  /** Of a divided one, or one that shares the machine's memory, the figures are others. */
  private static List<DeviceMemory> comparable(DeviceChoice choice) {
    boolean other =
        choice.used().stream().anyMatch(each -> each.divided() || each.sharesHostMemory());
    return other ? List.of() : memories(choice.used());
  }

  private MemoryPlan plan() {
    return Objects.requireNonNull(ports.providers().get(spec.provider()), "no such provider")
        .memory(spec, engine);
  }

  private boolean onProcessor() {
    return !DeviceChoice.isNeeded(engine.device());
  }

  private void compare(MemoryPlan plan, List<DeviceMemory> devices) {
    ModelFacts facts = facts(plan);
    ModelShape shape = facts == null ? null : facts.shape();
    ModelWeights weights = facts == null ? null : facts.weights();
    if (devices.isEmpty() || shape == null || weights == null) {
      return;
    }
    ByteSize measured =
        StartMemory.beside(
            ports.stateStore().lastGoodStart(spec.name()).orElse(null),
            spec.model().argument(),
            engine.describe(),
            plan,
            devices);
    FitEstimate estimate =
        MemoryFit.of(
            new FitQuestion(shape, weights, devices, plan.settings(), plan.footprint(), measured));
    judge(estimate, plan, onProcessor() && !isLargerThan(devices, estimate));
  }

  /** A machine's memory may still be made free: only what it never had is certainly missing. */
  private static boolean isLargerThan(List<DeviceMemory> devices, FitEstimate estimate) {
    return devices.stream().allMatch(each -> estimate.weights() > each.total().bytes());
  }

  /** What cannot be read may still be served: only the server knows. */
  private @Nullable ModelFacts facts(MemoryPlan plan) {
    try {
      return new ModelLook(ports).here(spec.model(), plan.type());
    } catch (LifecycleException e) {
      log.atInfo()
          .addKeyValue("service", spec.name())
          .addKeyValue("why", e.failure().what())
          .log("not known whether it fits");
      return null;
    }
  }

  private void judge(FitEstimate estimate, MemoryPlan plan, boolean mayBeMadeFree) {
    if (estimate.verdict() == Verdict.DOES_NOT_FIT) {
      if (estimate.certain() && plan.weightsAsStored() && !mayBeMadeFree) {
        throw new LifecycleException(
            new ModelTooLarge(spec.model().argument(), estimate.problem(), estimate.cures()));
      }
      remark.accept(
          "by an estimate it does not fit: "
              + estimate.problem()
              + cures(estimate)
              + "; it is tried all the same");
    } else if (estimate.verdict() == Verdict.TIGHT) {
      remark.accept("it should fit, but tightly: 'stoker fit' shows the numbers");
    }
  }

  private static String cures(FitEstimate estimate) {
    return estimate.cures().isEmpty()
        ? ""
        : "; it would fit with " + estimate.cures().getFirst().describe();
  }

  private static void requireFree(GpuInfo device, MemoryPlan plan, GpuReport report) {
    ByteSize total = device.totalMemory();
    ByteSize free = device.availableMemory();
    if (total == null || free == null || device.sharesHostMemory() || device.divided()) {
      return;
    }
    long wanted = (long) Math.ceil(total.bytes() * plan.settings().utilization());
    if (free.bytes() < wanted) {
      throw new LifecycleException(
          new DeviceMemoryTaken(
              DeviceChoice.describe(device), free, new ByteSize(wanted), report.holdersOf(device)));
    }
  }

  /** {@return the memory of those of which it is known} */
  static List<DeviceMemory> memories(List<GpuInfo> devices) {
    return devices.stream()
        .filter(each -> each.totalMemory() != null && each.availableMemory() != null)
        .map(RoomCheck::memory)
        .toList();
  }

  private static DeviceMemory memory(GpuInfo device) {
    return new DeviceMemory(
        device.deviceId(),
        device.name(),
        Objects.requireNonNull(device.totalMemory()),
        Objects.requireNonNull(device.availableMemory()));
  }

  /** {@return the memory of the machine, where that is known} */
  static List<DeviceMemory> machine(DrivenPorts ports) {
    HostFacts.Memory memory = ports.hostFacts().memory();
    return memory.total() == null || memory.free() == null
        ? List.of()
        : List.of(new DeviceMemory("cpu", "this machine's memory", memory.total(), memory.free()));
  }
}
