package dev.stoker.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestFieldsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "none",
      textBlock =
          """
          {"model":"a"}                                              | a    | false
          {"model": "org/a" , "stream" : true}                       | org/a | true
          {"stream":false,"model":"a"}                               | a    | false
          {"messages":[{"model":"no","stream":true}],"model":"a"}    | a    | false
          {"x":{"model":"no"},"y":["model","no"],"model":"a"}        | a    | false
          {"messages":"\\"model\\":\\"no\\"","model":"a"}            | a    | false
          {"user":"model","model":"a"}                               | a    | false
          {"mod\\u0065l":"\\u0061\\/b"}                              | a/b  | false
          {"model":"first","model":"last"}                           | last | false
          {"model":7}                                                | none | false
          {"model":null,"stream":"true"}                             | none | false
          {"stream":true}                                            | none | true
          ["model","a"]                                              | none | false
          {"model":{"model":"a"}}                                    | none | false
          no JSON at all                                             | none | false
          }}}}{"model":"a"}                                          | none | false
          """)
  void findsThemWhereverTheyStand(String body, String model, boolean stream) {
    RequestFields whole = new RequestFields();
    whole.feed(Buffer.buffer(body));
    assertThat(whole.model()).isEqualTo(model);
    assertThat(whole.wantsStream()).isEqualTo(stream);

    RequestFields byByte = new RequestFields();
    for (byte each : body.getBytes(StandardCharsets.UTF_8)) {
      byByte.feed(Buffer.buffer(new byte[] {each}));
    }
    assertThat(byByte.model()).isEqualTo(model);
    assertThat(byByte.wantsStream()).isEqualTo(stream);
  }

  @Test
  void survivesWhateverComes() {
    Random random = new Random(7);
    String alphabet = "{}[]\":,\\ model stream true a\u00e4";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(60); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      RequestFields fields = new RequestFields();
      fields.feed(Buffer.buffer(text.toString()));
      fields.feed(Buffer.buffer("{\"model\":\"a\"}"));
    }
  }
}
