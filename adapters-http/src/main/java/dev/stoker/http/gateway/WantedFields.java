package dev.stoker.http.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** What of a body routing needs, found in its bytes as they come. Not for several threads. */
interface WantedFields {
  /** {@return those of a request's body: of a form, or else of JSON} */
  static WantedFields of(HttpServerRequest request) {
    FormFields form = FormFields.of(request.getHeader("Content-Type"));
    return form == null ? new RequestFields() : form;
  }

  /** Looks at what came. */
  void feed(Buffer part);

  /** {@return the model that is asked; null where it has not come yet} */
  @Nullable String model();

  /** {@return whether the answer is wanted as events; what came counts} */
  boolean wantsStream();
}
