package dev.stoker.tests.engine;

import java.io.IOException;

/** The real vLLM, which is right by definition. */
class RealEngineContractIT extends EngineContract {
  @Override
  String engine() throws IOException, InterruptedException {
    return RealEngine.require().toString();
  }
}
