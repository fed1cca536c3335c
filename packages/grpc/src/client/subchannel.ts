import type { Duplex } from "node:stream";
import { ClientTransport, type ClientTransportEvents } from "../http2/client-transport.js";
import type { Http2Settings } from "../http2/settings.js";
import { errorText } from "../status/error-text.js";
import type { StatusError } from "../status/status.js";
import { type ClientCall, unavailable } from "./client-call.js";

/** Events of a subchannel. */
export interface SubchannelEvents {
  /** It accepts no new calls. */
  onDraining(): void;
  /** It is closed; nothing follows. */
  onClose(): void;
}

type State =
  | { readonly kind: "dialing" }
  | { readonly kind: "connected"; readonly transport: ClientTransport }
  | { readonly kind: "closed"; readonly error: Error };

interface Waiter {
  resolve(): void;
  reject(error: StatusError): void;
}

/** One connection of a channel, from dialing to its end. Calls wait here until it is connected. */
export class Subchannel implements ClientTransportEvents {
  #state: State = { kind: "dialing" };
  readonly #calls = new Set<ClientCall>();
  #readiness: "pending" | "ready" = "pending";
  #waiters: Waiter[] = [];
  #closing = false;

  readonly #settings: Http2Settings;
  readonly #events: SubchannelEvents;

  constructor(settings: Http2Settings, events: SubchannelEvents) {
    this.#settings = settings;
    this.#events = events;
  }

  dial(dial: () => Duplex | Promise<Duplex>): void {
    try {
      const dialed = dial();
      if (!("then" in dialed)) this.#attach(dialed);
      else dialed.then((duplex) => this.#attach(duplex)).catch((error) => this.onClose(asError(error)));
    } catch (error) {
      // On the next tick, because the caller has no call yet that could fail.
      process.nextTick(() => this.onClose(asError(error)));
    }
  }

  get usable(): boolean {
    return this.#state.kind === "dialing" || (this.#state.kind === "connected" && this.#state.transport.usable);
  }

  open(call: ClientCall): void {
    if (this.#state.kind === "connected") {
      call.open(this.#state.transport);
    } else {
      this.#calls.add(call);
      call.onEndedWaiting = (ended) => this.#removeWaiting(ended);
    }
  }

  whenReady(): Promise<void> {
    if (this.#readiness === "ready") return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Closes once the waiting and the open calls have ended. */
  close(): void {
    this.#closing = true;
    if (this.#state.kind === "connected") this.#state.transport.close();
    else if (this.#calls.size === 0) this.destroy(new Error("the channel is closed"));
  }

  destroy(error: Error): void {
    if (this.#state.kind === "connected") this.#state.transport.destroy(error);
    else this.onClose(error);
  }

  onReady(): void {
    this.#readiness = "ready";
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  onDraining(): void {
    this.#events.onDraining();
  }

  onClose(error: Error): void {
    if (this.#state.kind === "closed") return;
    this.#state = { kind: "closed", error };
    const { code, details } = unavailable(error);
    for (const call of this.#calls) call.cancel(code, details, error);
    for (const { reject } of this.#waiters.splice(0)) reject(unavailable(error));
    this.#events.onClose();
  }

  #attach(duplex: Duplex): void {
    // If it was destroyed just now, its error is yet to come.
    duplex.on("error", ignore);
    if (this.#state.kind !== "dialing") {
      duplex.destroy();
      return;
    }
    const transport = new ClientTransport(duplex, this.#settings, this);
    this.#state = { kind: "connected", transport };
    for (const call of this.#calls) call.open(transport);
    this.#calls.clear();
    if (this.#closing) transport.close();
  }

  #removeWaiting(call: ClientCall): void {
    this.#calls.delete(call);
    if (this.#closing && this.#state.kind === "dialing") this.close();
  }
}

// The connection listens too, once there is one.
function ignore(): void {}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(errorText(error));
}
