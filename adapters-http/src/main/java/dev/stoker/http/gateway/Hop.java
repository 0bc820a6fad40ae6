package dev.stoker.http.gateway;

import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.in.Traffic;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What the exchanges of one event loop share.
 *
 * @param vertx timers
 * @param context the way back to the loop
 * @param client connections to servers, of this loop alone
 * @param orchestrator the services
 * @param traffic counts what is under way to them
 * @param history what ended them
 * @param models which of them serves what
 * @param room who waits; shared by all loops
 * @param limits how much of everything
 * @param engineKey what servers ask for; empty for none
 * @param ending whether this Stoker ends
 * @param open the exchanges of this loop that are not over; the loop's alone
 * @param guests the connections of clients; the loop's alone
 */
record Hop(
    Vertx vertx,
    Context context,
    HttpClient client,
    ServiceOrchestrator orchestrator,
    Traffic traffic,
    ServiceHistory history,
    ModelTable models,
    WaitingRoom room,
    GatewayLimits limits,
    String engineKey,
    BooleanSupplier ending,
    Set<Exchange> open,
    Guests.OfOneLoop guests) {
  /** {@return whether this Stoker ends: nothing is waited for any more} */
  boolean isEnding() {
    return ending.getAsBoolean();
  }
}
