package dev.stoker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model takes what a world may do, and nothing else: else it would prove nothing. */
class ConformanceTest {
  private static final List<String> GOOD =
      List.of(
          "10\t1\t>\twriteLease\ta:1:-\t",
          "11\t1\t<\twriteLease\ta:1:-\t",
          "20\t2\t>\tlaunch\ta:1:8000\t",
          "25\t2\t<\tlaunch\ta:1:8000\t100@5",
          "30\t3\t>\tobserve\ta:1:8000\t",
          "31\t3\t<\tobserve\ta:1:8000\t100@5=python,101@6=VLLM::EngineCor",
          "40\t4\t>\tcheck\t8000\t",
          "41\t4\t<\tcheck\t8000\tHealthy",
          "50\tx\t=\tgone\t101@6\t",
          "60\t2\t=\texit\ta:1:8000\tSignalled[signal=9]",
          "65\t5\t>\tmainOf\ta:1:8000\t",
          "66\t5\t<\tmainOf\ta:1:8000\t-",
          "70\t6\t>\tsweep\ta:1:8000\t",
          "80\t6\t<\tsweep\ta:1:8000\t|100@5,101@6",
          "85\t7\t>\tobserve\ta:1:8000\t",
          "86\t7\t<\tobserve\ta:1:8000\t",
          "90\t8\t>\tleases\t\t",
          "91\t8\t<\tleases\t\ta:1:-",
          "95\t9\t>\tremoveLease\ta:1:0\t",
          "96\t9\t<\tremoveLease\ta:1:0\t",
          "99\t10\t>\tleases\t\t",
          "100\t10\t<\tleases\t\t");

  private static List<Touch> with(String... more) {
    List<String> lines = new ArrayList<>(GOOD);
    lines.addAll(List.of(more));
    return Touch.parse(lines);
  }

  @Test
  void whatAWorldMayDoIsTaken() {
    assertThat(Conformance.check(with())).isGreaterThan(5);
  }

  @Test
  void aLineThatWasCutOffIsNone() {
    assertThat(Conformance.check(with("110\t11\t>\tlau"))).isGreaterThan(5);
  }

  /** Each alone would let the simulation prove what is not so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "observe; a:1:8000; 101@6=VLLM::EngineCor; something is seen of what is gone",
        "mainOf; a:1:8000; 100@5; the main process is seen after its end",
        "mainOf; a:1:8000; 200@7; another main process",
        "launch; a:2:8000; 100@5; a process that was there before",
        "check; 8000; Healthy; nobody of the model serves there",
        "holder; 8000; 100; a server that has ended holds the port",
        "sweep; a:1:8000; 101@6|; what the model can kill has survived",
        "exit; a:1:8000; Exited[code=77]; no server of the model ends so",
        "leases; ; a:1:-; a lease that was not written so",
      })
  void whatAWorldCannotDoIsRefused(String what, String subject, String answer, String why) {
    String of = subject == null ? "" : subject;
    List<Touch> lie =
        what.equals("exit")
            ? with("200\t20\t=\texit\t" + of + "\t" + answer)
            : with(
                "200\t20\t>\t" + what + "\t" + of + "\t",
                "210\t20\t<\t" + what + "\t" + of + "\t" + answer);

    assertThatThrownBy(() -> Conformance.check(lie)).hasMessageContaining(why);
  }

  @Test
  void aLeaseThatWasLostIsNoticed() {
    assertThatThrownBy(
            () ->
                Conformance.check(
                    Touch.parse(
                        List.of(
                            GOOD.get(0),
                            GOOD.get(1),
                            "99\t10\t>\tleases\t\t",
                            "100\t10\t<\tleases\t\t"))))
        .hasMessageContaining("a lease is lost");
  }

  @Test
  void aGoodServerThatIsNotSeenAndThenSweptIsNoticed() {
    List<String> lines = new ArrayList<>(GOOD.subList(0, 8));
    lines.add("45\t9\t>\tupdateLease\ta:1:100@5\t");
    lines.add("46\t9\t<\tupdateLease\ta:1:100@5\t");
    lines.add("60\t4\t>\tmainOf\ta:1:8000\t");
    lines.add("61\t4\t<\tmainOf\ta:1:8000\t-");
    lines.add("70\t5\t>\tsweep\ta:1:8000\t");
    lines.add("80\t5\t<\tsweep\ta:1:8000\t|100@5");
    lines.add("90\t6\t>\tcheck\t8000\t");
    lines.add("91\t6\t<\tcheck\t8000\tRefused");

    assertThatThrownBy(() -> Conformance.check(Touch.parse(lines)))
        .hasMessageContaining("nothing has ended it");
    lines.add(10, "50\t0\t=\tharm\t100\t");
    assertThat(Conformance.check(Touch.parse(lines))).isPositive();
  }

  @Test
  void ofAWriteThatAKillCutOffWhatIsReadFirstStays() {
    List<String> lines = new ArrayList<>();
    lines.add("10\tx-1\t>\twriteLease\ta:1:-\t");
    lines.add("20\ty-1\t>\tleases\t\t");
    lines.add("21\ty-1\t<\tleases\t\ta:1:-");
    assertThat(Conformance.check(Touch.parse(lines))).isPositive();
    lines.add("30\ty-2\t>\tleases\t\t");
    lines.add("31\ty-2\t<\tleases\t\t");

    assertThatThrownBy(() -> Conformance.check(Touch.parse(lines)))
        .hasMessageContaining("a lease is lost");
  }

  @Test
  void anEndThatNobodyIsToldOfIsNoticed() {
    List<String> lines = new ArrayList<>(GOOD.subList(0, 6));
    lines.add("40\t4\t>\tobserve\ta:1:8000\t");
    lines.add("41\t4\t<\tobserve\ta:1:8000\t101@6=VLLM::EngineCor");
    lines.add("90\t5\t>\tcheck\t8000\t");
    lines.add("91\t5\t<\tcheck\t8000\tRefused");

    assertThatThrownBy(() -> Conformance.check(Touch.parse(lines)))
        .hasMessageContaining("nobody is told");
  }
}
