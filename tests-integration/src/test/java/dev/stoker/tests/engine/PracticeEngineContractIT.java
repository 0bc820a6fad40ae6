package dev.stoker.tests.engine;

/** The stand-in. */
class PracticeEngineContractIT extends EngineContract {
  @Override
  String engine() {
    return "practice";
  }
}
