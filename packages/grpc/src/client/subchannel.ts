import type { Duplex } from "node:stream";
import { Http2ClientConnection } from "../http2/client-connection.js";
import type { ClientConnection, ClientConnectionEvents, Http2Settings } from "../http2/transport.js";
import { errorText } from "../status/error-text.js";
import type { StatusError } from "../status/status.js";
import { type ClientCall, unavailable } from "./client-call.js";

/** Told what becomes of a link. */
export interface LinkEvents {
  /** It takes no new calls. */
  onDraining(): void;
  /** Last event. */
  onClose(): void;
}

type State =
  | { readonly kind: "dialing" }
  | { readonly kind: "connected"; readonly connection: ClientConnection }
  | { readonly kind: "closed"; readonly error: Error };

interface Waiter {
  resolve(): void;
  reject(error: StatusError): void;
}

/** One connection of a channel, from its dialing to its end. */
export class Link implements ClientConnectionEvents {
  #state: State = { kind: "dialing" };
  readonly #calls = new Set<ClientCall>();
  #readiness: "pending" | "ready" = "pending";
  #waiters: Waiter[] = [];
  #closing = false;

  readonly #settings: Http2Settings;
  readonly #events: LinkEvents;

  constructor(settings: Http2Settings, events: LinkEvents) {
    this.#settings = settings;
    this.#events = events;
  }

  dial(dial: () => Duplex | Promise<Duplex>): void {
    try {
      const dialed = dial();
      if (!("then" in dialed)) this.#attach(dialed);
      else dialed.then((duplex) => this.#attach(duplex)).catch((error) => this.onClose(asError(error)));
    } catch (error) {
      // Later: who dials has no call to fail yet.
      process.nextTick(() => this.onClose(asError(error)));
    }
  }

  get usable(): boolean {
    return this.#state.kind === "dialing" || (this.#state.kind === "connected" && this.#state.connection.usable);
  }

  open(call: ClientCall): void {
    if (this.#state.kind === "connected") {
      call.open(this.#state.connection);
    } else {
      this.#calls.add(call);
      call.onEndedWaiting = (ended) => this.#forget(ended);
    }
  }

  whenReady(): Promise<void> {
    if (this.#readiness === "ready") return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Ends after the calls that wait and those that are open. */
  close(): void {
    this.#closing = true;
    if (this.#state.kind === "connected") this.#state.connection.close();
    else if (this.#calls.size === 0) this.destroy(new Error("the channel is closed"));
  }

  destroy(error: Error): void {
    if (this.#state.kind === "connected") this.#state.connection.destroy(error);
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
    // If it was destroyed just now, its error is still to come.
    duplex.on("error", ignore);
    if (this.#state.kind !== "dialing") {
      duplex.destroy();
      return;
    }
    const connection = new Http2ClientConnection(duplex, this.#settings, this);
    this.#state = { kind: "connected", connection };
    for (const call of this.#calls) call.open(connection);
    this.#calls.clear();
    if (this.#closing) connection.close();
  }

  #forget(call: ClientCall): void {
    this.#calls.delete(call);
    if (this.#closing && this.#state.kind === "dialing") this.close();
  }
}

// The connection listens too, if there is one.
function ignore(): void {}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(errorText(error));
}
