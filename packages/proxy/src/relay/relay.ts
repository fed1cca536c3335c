import type { Duplex } from "node:stream";
import { across, type Side } from "../trace/trace-event.js";

/** Listens to what both ends say. */
export interface Tap {
  /** @returns whether the bytes have to wait for more. @throws {Error} for what it does not understand. */
  push(from: Side, chunk: Buffer): boolean;
  end(reason: string): void;
  /** True if the tap will neither change nor hold the bytes, so that they may be passed on first. */
  passesFirst(from: Side, chunk: Buffer): boolean;
}

/** Listens to a relayed connection. */
export interface RelayEvents {
  onBytes(from: Side, chunk: Buffer): void;
  onTapFailed(error: Error): void;
  onEnd(by: Side, error: Error | undefined): void;
}

/** One direction of a relay. */
interface Pump {
  readonly from: Side;
  readonly source: Duplex;
  readonly target: Duplex;
  /** Bytes that wait, in the order of arrival. */
  readonly queue: Buffer[];
  waiting: boolean;
  ended: boolean;
}

/** Passes the bytes of two connections on to each other as they are, and lets a tap listen. */
export class Relay {
  #tap: Tap | undefined;
  #wait: Promise<unknown> | undefined;
  #over = false;
  #cutting: "now" | "half" | undefined;
  /** Nothing has come yet. */
  #fresh = true;
  readonly #events: RelayEvents;

  constructor(ends: Readonly<Record<Side, Duplex>>, tap: Tap | undefined, events: RelayEvents) {
    this.#events = events;
    this.#tap = tap;
    this.#pump("host", ends);
    this.#pump("plugin", ends);
  }

  /** Keeps received bytes until this resolves. Call it while the tap listens. */
  waitFor(promise: Promise<unknown>): void {
    this.#wait = this.#wait ? Promise.all([this.#wait, promise]) : promise;
  }

  /** Drops both connections; what was received and not passed on is lost. */
  cut(): void {
    this.#cutting = "now";
  }

  /** Drops both connections once half of what was received is passed on. */
  halve(): void {
    this.#cutting = "half";
  }

  #pump(from: Side, ends: Readonly<Record<Side, Duplex>>): void {
    const pump: Pump = {
      from,
      source: ends[from],
      target: ends[across(from)],
      queue: [],
      waiting: false,
      ended: false,
    };
    pump.source
      .on("data", (chunk: Buffer) => this.#onData(pump, chunk))
      .on("end", () => {
        pump.ended = true;
        this.#flush(pump);
      })
      .on("error", (error: Error) => this.#onClose(pump, error))
      .on("close", () => this.#onClose(pump, undefined));
  }

  #onData(pump: Pump, chunk: Buffer): void {
    this.#events.onBytes(pump.from, chunk);
    const first =
      this.#tap?.passesFirst(pump.from, chunk) !== false && pump.queue.length === 0 && !pump.waiting && !this.#wait;
    if (first) this.#write(pump, chunk);
    let incomplete = false;
    if (this.#tap) {
      try {
        if (this.#fresh) refuseTls(chunk);
        this.#fresh = false;
        incomplete = this.#tap.push(pump.from, chunk);
      } catch (error) {
        this.#tap.end("it is not understood any more");
        this.#tap = undefined;
        this.#events.onTapFailed(error as Error);
      }
    }
    if (first) return;
    if (this.#cutting) {
      const last = this.#cutting === "half" ? chunk.subarray(0, chunk.length >> 1) : undefined;
      this.#drop(pump, last);
      return;
    }
    const wait = this.#wait;
    this.#wait = undefined;
    if (pump.queue.length === 0 && !incomplete && !wait && !pump.waiting) {
      this.#write(pump, chunk);
      return;
    }
    pump.queue.push(chunk);
    if (wait) this.#pause(pump, wait);
    else if (!incomplete) this.#flush(pump);
  }

  #drop({ source, target }: Pump, last: Buffer | undefined): void {
    source.removeAllListeners("data").resume();
    const destroy = () => {
      source.destroy();
      target.destroy();
    };
    if (last) target.write(last, destroy);
    else destroy();
  }

  #pause(pump: Pump, wait: Promise<unknown>): void {
    pump.waiting = true;
    pump.source.pause();
    const go = () => {
      pump.waiting = false;
      pump.source.resume();
      this.#flush(pump);
    };
    wait.then(go, go);
  }

  #flush(pump: Pump): void {
    if (pump.waiting) return;
    for (const chunk of pump.queue.splice(0)) this.#write(pump, chunk);
    if (pump.ended && pump.target.writable) pump.target.end();
  }

  #write({ source, target }: Pump, chunk: Buffer): void {
    if (!target.writable || target.write(chunk)) return;
    source.pause();
    target.once("drain", () => source.resume());
  }

  #onClose(pump: Pump, error: Error | undefined): void {
    // Bytes from before the end still go out.
    if (pump.ended && !error && pump.target.writable) pump.target.end();
    else if (!pump.ended || error) pump.target.destroy();
    if (this.#over) return;
    this.#over = true;
    this.#tap?.end(`the connection was ended by the ${pump.from}`);
    this.#events.onEnd(pump.from, error);
  }
}

/** TLS that the proxy could end has been ended before. Neither HTTP/2 nor yamux begins so. */
function refuseTls(firstChunk: Buffer): void {
  const [type, version] = firstChunk;
  if (type === 22 && (version === undefined || version === 3)) {
    throw new Error("the application's own TLS, whose bytes pass unread: expected none, or AutoMTLS");
  }
}
