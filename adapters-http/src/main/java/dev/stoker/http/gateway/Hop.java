package dev.stoker.http.gateway;

import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.application.port.in.ServiceOrchestrator;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;

/**
 * What the exchanges of one event loop share.
 *
 * @param vertx timers
 * @param context the way back to the loop
 * @param client connections to servers, of this loop alone
 * @param orchestrator the services
 * @param history what ended them
 * @param models which of them serves what
 * @param room who waits; shared by all loops
 * @param limits how much of everything
 * @param engineKey what servers ask for; empty for none
 */
record Hop(
    Vertx vertx,
    Context context,
    HttpClient client,
    ServiceOrchestrator orchestrator,
    ServiceHistory history,
    ModelTable models,
    WaitingRoom room,
    GatewayLimits limits,
    String engineKey) {}
