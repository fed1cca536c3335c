import { Decoder, Flag } from "@go-plugin/yamux";
import { across, type Side } from "../trace/trace-event.js";
import { type GobValue, GobValues } from "./gob-values.js";

/** A call over net/rpc that is listened to. */
export interface TappedRpc {
  readonly method: string;
  readonly from: Side;
  readonly brokerId: number | undefined;
  readonly stream: number;
  readonly started: number;
}

/** Listens to the calls of a connection. */
export interface NetRpcTapEvents {
  onCall(call: TappedRpc): void;
  onMessage(call: TappedRpc, from: Side, value: GobValue): void;
  /** `error` is the method's; undefined when it answered. */
  onEnd(call: TappedRpc, error: string | undefined, reason: string): void;
  onStdio(channel: "stdout" | "stderr", bytes: Buffer): void;
  /** A brokered stream was opened for the id. */
  onStream(from: Side, brokerId: number): void;
  onBytes(stream: number, from: Side, size: number): void;
}

type StreamTap = { push(from: Side, bytes: Buffer): void; end(reason: string): void };

const idBytes = 4;

/** Listens to the one connection of net/rpc, of whose streams the host opens three at first. Bytes go on as they are. */
export class NetRpcTap {
  readonly #streams = new Map<number, StreamTap>();
  readonly #decoders: Readonly<Record<Side, Decoder>>;
  #hostStreams = 0;
  readonly #events: NetRpcTapEvents;
  readonly #listensFirst: () => boolean;

  constructor(events: NetRpcTapEvents, listensFirst: () => boolean) {
    this.#events = events;
    this.#listensFirst = listensFirst;
    this.#decoders = { host: this.#decoder("host"), plugin: this.#decoder("plugin") };
  }

  /** @throws {Error} for what is not yamux; the tap is of no use after. */
  push(from: Side, chunk: Buffer): boolean {
    this.#decoders[from].push(chunk);
    return false;
  }

  passesFirst(): boolean {
    return !this.#listensFirst();
  }

  end(reason: string): void {
    for (const stream of this.#streams.values()) stream.end(reason);
    this.#streams.clear();
  }

  #decoder(from: Side): Decoder {
    let current = 0;
    return new Decoder({
      header: (_type, flags, streamId) => {
        current = streamId;
        if (flags & Flag.syn && streamId !== 0) this.#streams.set(streamId, this.#open(from, streamId));
        if (flags & Flag.rst) {
          this.#streams.get(streamId)?.end(`reset by the ${from}`);
          this.#streams.delete(streamId);
        }
      },
      payload: (bytes) =>
        this.#streams.get(current)?.push(from, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
    });
  }

  #open(from: Side, id: number): StreamTap {
    const place = from === "host" ? this.#hostStreams++ : -1;
    if (place === 1) return stdio("stdout", this.#events);
    if (place === 2) return stdio("stderr", this.#events);
    if (place === 0) return new RpcStream(from, id, undefined, this.#events);
    return new BrokeredStream(from, id, this.#events);
  }
}

function stdio(channel: "stdout" | "stderr", events: NetRpcTapEvents): StreamTap {
  return { push: (_from, bytes) => events.onStdio(channel, bytes), end: () => {} };
}

/** A stream that begins with an id, and its echo. */
class BrokeredStream implements StreamTap {
  readonly #prefix = { host: Buffer.alloc(0), plugin: Buffer.alloc(0) };
  #rpc: RpcStream | undefined;
  readonly #opener: Side;
  readonly #id: number;
  readonly #events: NetRpcTapEvents;

  constructor(opener: Side, id: number, events: NetRpcTapEvents) {
    this.#opener = opener;
    this.#id = id;
    this.#events = events;
  }

  push(from: Side, bytes: Buffer): void {
    const missing = idBytes - this.#prefix[from].length;
    let rest = bytes;
    if (missing > 0) {
      this.#prefix[from] = Buffer.concat([this.#prefix[from], bytes.subarray(0, missing)]);
      rest = bytes.subarray(missing);
      if (this.#prefix[from].length < idBytes) return;
      if (from === this.#opener) {
        const brokerId = this.#prefix[from].readUInt32LE(0);
        this.#events.onStream(this.#opener, brokerId);
        this.#rpc = new RpcStream(this.#opener, this.#id, brokerId, this.#events);
      }
    }
    if (rest.length > 0) this.#rpc?.push(from, rest);
  }

  end(reason: string): void {
    this.#rpc?.end(reason);
  }
}

/** Requests one way, responses the other; or whatever the application has made of the stream. */
class RpcStream implements StreamTap {
  readonly #calls = new Map<string, TappedRpc>();
  readonly #values: Readonly<Record<Side, GobValues>>;
  #request: { call: TappedRpc; header: GobValue } | undefined;
  #response: { call: TappedRpc | undefined; header: GobValue; error: string; seq: string } | undefined;
  #raw = false;
  readonly #opener: Side;
  readonly #id: number;
  readonly #brokerId: number | undefined;
  readonly #events: NetRpcTapEvents;

  constructor(opener: Side, id: number, brokerId: number | undefined, events: NetRpcTapEvents) {
    this.#opener = opener;
    this.#id = id;
    this.#brokerId = brokerId;
    this.#events = events;
    const values = (from: Side) =>
      new GobValues((value) => (from === opener ? this.#onRequest(value) : this.#onResponse(value)));
    this.#values = { host: values("host"), plugin: values("plugin") };
  }

  push(from: Side, bytes: Buffer): void {
    if (!this.#raw) {
      try {
        this.#values[from].push(bytes);
        return;
      } catch {
        this.#raw = true;
      }
    }
    this.#events.onBytes(this.#id, from, bytes.length);
  }

  end(reason: string): void {
    for (const call of this.#calls.values()) this.#events.onEnd(call, undefined, reason);
    this.#calls.clear();
  }

  #onRequest(value: GobValue): void {
    if (this.#request) {
      const { call, header } = this.#request;
      this.#request = undefined;
      this.#events.onMessage(call, this.#opener, withHeader(header, value));
      return;
    }
    const { ServiceMethod, Seq = 0 } = Object(value.value) as { ServiceMethod?: unknown; Seq?: unknown };
    if (typeof ServiceMethod !== "string") throw new Error("no rpc.Request");
    const call: TappedRpc = {
      method: ServiceMethod,
      from: this.#opener,
      brokerId: this.#brokerId,
      stream: this.#id,
      started: performance.now(),
    };
    this.#calls.set(String(Seq), call);
    this.#request = { call, header: value };
    this.#events.onCall(call);
  }

  #onResponse(value: GobValue): void {
    if (this.#response) {
      const { call, header, error, seq } = this.#response;
      this.#response = undefined;
      if (!call) return;
      this.#calls.delete(seq);
      this.#events.onMessage(call, across(this.#opener), withHeader(header, value));
      this.#events.onEnd(call, error, "");
      return;
    }
    const { Seq = 0, Error: error = "" } = Object(value.value) as { Seq?: unknown; Error?: unknown };
    const seq = String(Seq);
    this.#response = { call: this.#calls.get(seq), header: value, error: String(error), seq };
  }
}

function withHeader(header: GobValue, { value, bytes }: GobValue): GobValue {
  return { value, bytes: Buffer.concat([header.bytes, bytes]) };
}
