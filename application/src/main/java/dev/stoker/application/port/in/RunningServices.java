package dev.stoker.application.port.in;

/** What a running Stoker offers: to what is in its process, and over its control API to others. */
public interface RunningServices {
  /** {@return the life of services} */
  ServiceOrchestrator orchestrator();

  /** {@return what happened to services} */
  ServiceHistory history();

  /** {@return applying a changed configuration} */
  ConfigurationReload reload();

  /** {@return the accelerators of its machine} */
  Gpus gpus();

  /** {@return questions to a running service} */
  AskUseCase ask();
}
