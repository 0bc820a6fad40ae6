package dev.stoker.domain.failure;

/** What sort of failure it is; adapters map it to exit codes and HTTP statuses. */
public enum FailureKind {
  /** What the user gave is wrong. */
  INVALID_INPUT,
  /** Something is missing or wrong on this machine. */
  ENVIRONMENT,
  /** Something is taken or used up: a port, memory, disk, a home. */
  RESOURCE,
  /** The server or the Hub failed. */
  UPSTREAM,
  /** A limit of time was reached. */
  TIMEOUT,
  /** It was ended on request. */
  CANCELLED,
  /** Stoker itself failed. */
  INTERNAL
}
