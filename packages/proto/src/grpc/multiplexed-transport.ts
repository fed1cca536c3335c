import type { Duplex } from "node:stream";
import { BrokerError, defaultBrokerTimeoutMs, maxUnclaimed } from "../broker.js";
import type { Deadline } from "../deadline.js";
import type { BrokerStream, ConnectionInfo } from "./broker-stream.js";
import type { BrokerTransport, Dial } from "./broker-transport.js";

// A Go dialer gives up after five seconds and opens no stream for a later answer.
const knockExpiryMs = 4_500;
// Our listener forgets a knock after `knockExpiryMs`. Go's keeps it for ever and drops a second one.
const knockAgainMs = 4_000;

/** The yamux session that host and plugin share. */
export interface StreamSession {
  /**
   * Opens a stream, which emits `accept` when the other side has accepted it. The other side sees streams in the order
   * of these calls.
   */
  open(): Duplex;
}

interface Knocking {
  readonly id: number;
  settle(result: Duplex | Error): void;
}

/**
 * All ids on one connection. The dialing side knocks, the listening side answers, and the next stream belongs to that
 * id. Only the order of the answers tells to which id a stream belongs. Go: GRPCBroker with a muxer.
 */
export class MultiplexedTransport implements BrokerTransport {
  readonly #brokers: BrokerStream;
  readonly #session: StreamSession;
  readonly #listeners = new Map<number, (connection: Duplex) => void>();
  /** Knocks for ids that nobody listens on yet. */
  readonly #knocks = new Map<number, NodeJS.Timeout>();
  /** Ids whose knock was answered and whose stream has not arrived yet. */
  readonly #granted: { readonly id: number; readonly expiry: NodeJS.Timeout }[] = [];
  #knocking: Knocking | undefined;
  #lastDial: Promise<unknown> = Promise.resolve();
  /** Settles when the other side has accepted or refused the stream that was opened last. */
  #lastStream: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(brokers: BrokerStream, session: StreamSession) {
    this.#brokers = brokers;
    this.#session = session;
    brokers.onMessage = (info) => this.#receive(info);
  }

  /** Takes a stream that the other side has opened. @returns false when no knock announced it. */
  accept(stream: Duplex): boolean {
    const granted = this.#granted.shift();
    if (!granted) return false;
    clearTimeout(granted.expiry);
    const onConnection = this.#listeners.get(granted.id);
    if (onConnection) onConnection(stream);
    else stream.destroy();
    return true;
  }

  listen(id: number, onConnection: (connection: Duplex) => void): { close(): void } {
    this.#listeners.set(id, onConnection);
    const knock = this.#knocks.get(id);
    if (knock) {
      clearTimeout(knock);
      this.#knocks.delete(id);
      this.#grant(id);
    }
    return {
      close: () => {
        if (this.#listeners.get(id) === onConnection) this.#listeners.delete(id);
      },
    };
  }

  async resolve(id: number): Promise<Dial> {
    return (deadline) => this.#dial(id, deadline);
  }

  /** Forgets the announcements of a lost connection: the streams of the next one belong to other ids. */
  reset(): void {
    for (const expiry of this.#knocks.values()) clearTimeout(expiry);
    this.#knocks.clear();
    for (const { expiry } of this.#granted.splice(0)) clearTimeout(expiry);
  }

  close(): void {
    this.#closed = true;
    this.reset();
    this.#listeners.clear();
  }

  /** Dials one after the other, because a Go host accepts the streams of two knocks in either order. */
  #dial(id: number, deadline: Deadline): Promise<Duplex> {
    const dial = deadline.pauseFor(this.#lastDial).then(() => this.#knock(id, deadline.signal));
    this.#lastDial = dial.catch(() => {}).then(() => this.#lastStream);
    return deadline.step(
      `waiting for multiplexing knock handshake on id ${id}: the other side did not serve it`,
      () => dial,
    );
  }

  #knock(id: number, signal: AbortSignal): Promise<Duplex> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const knock = () => this.#brokers.send({ serviceId: id, knock: { knock: true } });
      const again = setInterval(knock, knockAgainMs);
      const settle = (result: Duplex | Error) => {
        clearInterval(again);
        signal.removeEventListener("abort", onAbort);
        this.#knocking = undefined;
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const onAbort = () => settle(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#knocking = { id, settle };
      knock();
    });
  }

  #receive({ serviceId, knock }: ConnectionInfo): void {
    const id = serviceId ?? 0;
    if (!knock) return;
    if (knock.ack) this.#answered(id, knock.error ?? "");
    // A peer that reads no answers gets no more of them, and knocks again.
    else if (this.#brokers.unsent >= maxUnclaimed) return;
    else if (this.#listeners.has(id)) this.#grant(id);
    else if (this.#knocks.has(id)) this.#knocks.get(id)!.refresh();
    else if (!this.#closed && this.#knocks.size < maxUnclaimed) {
      this.#knocks.set(id, setTimeout(() => this.#knocks.delete(id), knockExpiryMs).unref());
    }
  }

  #grant(id: number): void {
    if (this.#granted.length >= maxUnclaimed) {
      const error = `${maxUnclaimed} knocks were answered whose streams have not come`;
      this.#brokers.send({ serviceId: id, knock: { knock: true, ack: true, error } });
      return;
    }
    // Without an expiry, a dialer that never opens its stream would get the stream of the next one.
    const granted = {
      id,
      expiry: setTimeout(() => this.#granted.splice(this.#granted.indexOf(granted), 1), knockExpiryMs).unref(),
    };
    this.#granted.push(granted);
    this.#brokers.send({ serviceId: id, knock: { knock: true, ack: true } });
  }

  #answered(id: number, error: string): void {
    const knocking = this.#knocking?.id === id ? this.#knocking : undefined;
    if (error !== "") {
      knocking?.settle(new BrokerError("ERR_BROKER_REFUSED", `failed to knock for id ${id}: ${error}`));
      return;
    }
    // The other side gives the next stream to this id even when nobody here wants it any more.
    try {
      const stream = this.#session.open();
      // A user who closes the stream at once must not do so before the other side has accepted it.
      this.#lastStream = accepted(stream).then(() => {
        if (!knocking || this.#knocking !== knocking) stream.destroy();
        else knocking.settle(stream.destroyed ? refused(id, stream.errored) : stream);
      });
    } catch (cause) {
      knocking?.settle(new BrokerError("ERR_BROKER_CLOSED", "the connection has ended", { cause }));
    }
  }
}

function refused(id: number, cause: Error | null): BrokerError {
  return new BrokerError("ERR_BROKER_REFUSED", `the other side granted id ${id} a stream, and refused it`, { cause });
}

function accepted(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      stream.off("accept", settle).off("error", settle);
      resolve();
    };
    const timer = setTimeout(settle, defaultBrokerTimeoutMs).unref();
    stream.on("accept", settle).on("error", settle);
  });
}
