package dev.stoker.infrastructure.process;

import dagger.Binds;
import dagger.Module;
import dev.stoker.application.port.out.KernelLog;
import dev.stoker.application.port.out.PortTable;
import dev.stoker.application.port.out.ProcessLauncher;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.infrastructure.Commands;

/** Which classes stand behind the ports. */
@Module
public interface ProcessModule {
  /** {@return the launcher} */
  @Binds
  ProcessLauncher launcher(SessionProcessLauncher adapter);

  /** {@return the trees} */
  @Binds
  ProcessTrees trees(LinuxProcessTrees adapter);

  /** {@return the kernel's log} */
  @Binds
  KernelLog kernelLog(DmesgKernelLog adapter);

  /** {@return the ports} */
  @Binds
  PortTable ports(LinuxPortTable adapter);

  /** {@return running programs to their end} */
  @Binds
  Commands commands(JdkCommands adapter);
}
