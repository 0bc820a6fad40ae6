package dev.stoker.infrastructure.state;

import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.service.Memory;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Standing.Want;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes where a service stands, and reads it back. */
final class StandingRow {
  private static final String UP = "up";
  private static final String DOWN = "down";
  private static final String GIVEN_UP = "given-up";
  private static final String WATCHED = "watched";

  private StandingRow() {}

  static void write(StateFile file, ServiceName service, Standing standing, String bootId) {
    Want want = standing.want();
    Failure why = want instanceof Want.GivenUp up ? up.why() : null;
    RestartHistory restarts = standing.memory().restarts();
    file.update(
        "INSERT OR REPLACE INTO standings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        service.value(),
        word(want),
        want instanceof Want.Down down && down.byHand(),
        why == null ? null : why.code().code(),
        why == null ? null : why.what(),
        why == null ? null : why.cause(),
        why == null ? null : why.remedy(),
        standing.memory().epoch(),
        bootId,
        restarts.restarts().stream()
            .map(at -> Long.toString(at.toMillis()))
            .collect(Collectors.joining(" ")),
        restarts.launchesSinceReady(),
        restarts.waits(),
        restarts.attended());
  }

  private static String word(Want want) {
    return switch (want) {
      case Want.Up _ -> UP;
      case Want.Down _ -> DOWN;
      case Want.GivenUp _ -> GIVEN_UP;
      case Want.Watched _ -> WATCHED;
    };
  }

  static Standing read(ResultSet row, String bootId) throws SQLException {
    String restarts = row.getString("restarts");
    RestartHistory history =
        new RestartHistory(
            restarts.isEmpty()
                ? List.of()
                : Stream.of(restarts.split(" ", -1))
                    .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
                    .toList(),
            row.getInt("launches"),
            row.getInt("waits"),
            row.getBoolean("attended"));
    Standing standing = new Standing(want(row), new Memory(row.getLong("epoch"), history));
    return row.getString("boot_id").equals(bootId) ? standing : standing.inAnotherBoot();
  }

  private static Want want(ResultSet row) throws SQLException {
    return switch (row.getString("want")) {
      case UP -> new Want.Up();
      case GIVEN_UP ->
          new Want.GivenUp(
              new Reported(
                  ErrorCode.parse(row.getString("code")).orElse(ErrorCode.INTERNAL),
                  row.getString("what"),
                  row.getString("cause"),
                  row.getString("remedy"),
                  Evidence.none()));
      case WATCHED -> new Want.Watched();
      default -> new Want.Down(row.getBoolean("by_hand"));
    };
  }
}
