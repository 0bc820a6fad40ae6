/** The gateway: one OpenAI-compatible address for the models of all services. */
@NullMarked
package dev.stoker.http.gateway;

import org.jspecify.annotations.NullMarked;
