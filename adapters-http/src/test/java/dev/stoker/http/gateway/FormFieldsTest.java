package dev.stoker.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormFieldsTest {
  private static final String TYPE = "multipart/form-data; boundary=--cut";

  private static String part(String head, String content) {
    return "----cut\r\n" + head + "\r\n\r\n" + content + "\r\n";
  }

  private static String field(String name, String content) {
    return part("Content-Disposition: form-data; name=\"" + name + "\"", content);
  }

  private static final String FILE =
      part(
          "Content-Disposition: form-data; name=\"file\"; filename=\"model.wav\"\r\n"
              + "Content-Type: audio/wav",
          "\r\n--\r\n----cu\r\n--\r\n----cuname=\"model\"\r\n\r\nno\u0000");

  private static FormFields read(String type, String body, int step) {
    FormFields fields = Objects.requireNonNull(FormFields.of(type));
    for (int at = 0; at < body.length(); at += step) {
      fields.feed(Buffer.buffer(body.substring(at, Math.min(body.length(), at + step))));
    }
    return fields;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 100_000})
  void findsTheModelBehindFilesAndBeforeThem(int step) {
    String behind =
        FILE + field("model", "org/whisper") + field("stream", "True") + "----cut--\r\n";
    String before = field("model", "org/whisper") + FILE + "----cut--\r\n";

    assertThat(read(TYPE, behind, step).model()).isEqualTo("org/whisper");
    assertThat(read(TYPE, behind, step).wantsStream()).isTrue();
    assertThat(read(TYPE, before, step).model()).isEqualTo("org/whisper");
    assertThat(read(TYPE, before, step).wantsStream()).isFalse();
  }

  @Test
  void knowsItAsSoonAsItHasCome() {
    FormFields fields = read(TYPE, field("model", "a") + "----cut", 5);

    assertThat(fields.model()).isEqualTo("a");
  }

  @Test
  void ofTwoTheLastHoldsAndAnEmptyOneIsEmpty() {
    assertThat(read(TYPE, field("model", "a") + field("model", "b") + "----cut--", 2).model())
        .isEqualTo("b");
    assertThat(read(TYPE, field("model", "") + "----cut--", 2).model()).isEmpty();
  }

  @Test
  void whatIsCalledOtherwiseIsNotMeant() {
    String body =
        field("models", "no")
            + part("X-Name: a; name=\"model\"", "no")
            + part("Content-Disposition: form-data; filename=\"model\"", "no")
            + "----cut--";

    assertThat(read(TYPE, body, 4).model()).isNull();
  }

  @Test
  void aNameMayStandWithoutQuotesAndInOtherLetters() {
    String body = part("content-disposition: form-data; name=model", "a") + "----cut--";

    assertThat(read("Multipart/Form-Data; Boundary=\"--cut\"", body, 3).model()).isEqualTo("a");
  }

  @Test
  void whatFollowsTheLastPartIsNoPart() {
    String body = field("model", "a") + "----cut--\r\n" + field("model", "b") + "----cut--";

    assertThat(read(TYPE, body, 3).model()).isEqualTo("a");
  }

  @Test
  void theNameOfAFileNamesNoField() {
    String body =
        part("Content-Disposition: form-data; name=\"file\"; filename=\"; name=model\"", "no")
            + "----cut--";

    assertThat(read(TYPE, body, 3).model()).isNull();

    String before =
        part(
                "Content-Disposition: form-data; filename=\"a; name=model\\\"; name=model\";"
                    + " name=\"f\"",
                "no")
            + "----cut--";

    assertThat(read(TYPE, before, 3).model()).isNull();
  }

  @Test
  void theBoundaryIsTheParameterOfThatName() {
    String type = "multipart/form-data; xboundary=a; charset=\"; boundary=b\"; boundary=--cut";

    assertThat(read(type, field("model", "m") + "----cut--", 3).model()).isEqualTo("m");
  }

  @Test
  void aNameThatIsTooLongIsCutAndAHeadThatIsTooLongIsNone() {
    String body = field("model", "a".repeat(100_000)) + "----cut--";
    String head =
        part("X: " + "a".repeat(9000) + "\r\nContent-Disposition: form-data; name=model", "no")
            + "----cut--";

    assertThat(read(TYPE, body, 1000).model()).hasSize(512);
    assertThat(read(TYPE, head, 1000).model()).isNull();
  }

  @Test
  void onlyFormsAreForms() {
    assertThat(FormFields.of(null)).isNull();
    assertThat(FormFields.of("application/json")).isNull();
    assertThat(FormFields.of("multipart/form-data")).isNull();
    assertThat(FormFields.of("multipart/mixed; boundary=a")).isNull();
    assertThat(FormFields.of("multipart/form-datax; boundary=a")).isNull();
    assertThat(FormFields.of("multipart/form-data; boundary=" + "a".repeat(201))).isNull();
  }

  @Test
  void garbageIsNoModelAndFillsNoMemory() {
    Random random = new Random(7);
    byte[] bytes = new byte[200_000];
    random.nextBytes(bytes);
    FormFields fields = Objects.requireNonNull(FormFields.of(TYPE));
    fields.feed(Buffer.buffer("----cut\r\n"));
    fields.feed(Buffer.buffer(bytes));

    assertThat(fields.model()).isNull();
  }
}
