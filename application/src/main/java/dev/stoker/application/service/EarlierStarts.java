package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.StartRecord;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.progress.PhaseTimes;
import dev.stoker.domain.progress.StartForecast;
import java.util.List;
import java.util.function.Predicate;

/**
 * What earlier starts on this machine tell of one that begins.
 *
 * @param forecast how long it will take
 * @param otherEngine which engine they had, where it was another; else empty
 */
record EarlierStarts(StartForecast forecast, String otherEngine) {
  private static final int LOOKED_AT = 200;

  /** Those of this model by this engine tell most, then of this model, then by this engine. */
  static EarlierStarts of(Launch launch, StateStore store) {
    List<StartRecord> all;
    try {
      all = store.starts(null, LOOKED_AT);
    } catch (LifecycleException e) {
      Chronicle.error(launch.spec().name(), e.failure());
      return new EarlierStarts(StartForecast.rough(), "");
    }
    String model = launch.spec().model().argument();
    String engine = launch.engineBuild();
    // A stand-in's times are nobody else's.
    all = all.stream().filter(each -> isPractice(each.engine()) == isPractice(engine)).toList();
    StartForecast same =
        forecast(all, each -> each.model().equals(model) && each.engine().equals(engine));
    if (same.isKnown()) {
      return new EarlierStarts(same, "");
    }
    List<StartRecord> ofModel = all.stream().filter(each -> each.model().equals(model)).toList();
    StartForecast before = forecast(ofModel, _ -> true);
    if (before.isKnown()) {
      return new EarlierStarts(before, ofModel.getLast().engine());
    }
    return new EarlierStarts(forecast(all, each -> each.engine().equals(engine)).ofAnother(), "");
  }

  private static boolean isPractice(String engine) {
    return engine.contains(EngineInfo.PRACTICE);
  }

  private static StartForecast forecast(List<StartRecord> all, Predicate<StartRecord> like) {
    List<PhaseTimes> phases = all.stream().filter(like).map(StartRecord::phases).toList();
    return StartForecast.after(phases);
  }
}
