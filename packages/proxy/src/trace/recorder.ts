import { gunzipSync, inflateSync } from "node:zlib";
import type { JsonValue } from "@bufbuild/protobuf";
import { type GrpcTapEvents, headerOf, type RawHeaders, type TappedCall } from "../http2/grpc-tap.js";
import { decodeStatusMessage, metadataOf, parseTimeout } from "../http2/headers.js";
import type { GrpcMessage } from "../http2/message-assembler.js";
import { gobToJson } from "../netrpc/gob-to-json.js";
import type { GobValue } from "../netrpc/gob-values.js";
import type { NetRpcTapEvents, TappedRpc } from "../netrpc/netrpc-tap.js";
import { decodeStatusDetails } from "../schema/status-details.js";
import { EventQueue } from "./event-queue.js";
import type { KnownSchema } from "./known-schema.js";
import type { Redactor } from "./redactor.js";
import { statusNames } from "./status-names.js";
import type { Side, TraceEvent, TraceEventBody } from "./trace-event.js";

/** Milliseconds that decoding may wait, so that passing bytes on comes first. */
const delayMs = 5;
const sliceMs = 4;
/** A host kills a plugin that is not gone two seconds after it was told to end. */
const lastWorkMs = 700;
/** At most this many bytes wait to be decoded. */
const maxWaitingBytes = 64 << 20;
const maxInflatedBytes = 256 << 20;
const maxStdioText = 1 << 16;

/** Options of a {@link Recorder}. */
export interface RecorderOptions {
  readonly session: string;
  readonly schema: KnownSchema;
  readonly redactor: Redactor;
  /** Also the bytes of messages that could be decoded. */
  readonly raw: boolean;
}

interface Waiting {
  /** Undefined for an event that turns out to be none. */
  make(): TraceEventBody | undefined | Promise<TraceEventBody | undefined>;
  readonly time: number;
  readonly bytes: number;
}

/** Makes events of what the taps see, in its order, and later than it is passed on. */
export class Recorder {
  readonly events = new EventQueue<TraceEvent>();
  readonly #calls = new WeakMap<object, number>();
  #lastCall = 0;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #scheduled = false;
  #draining: Promise<void> | undefined;
  #hurryAfter = Number.POSITIVE_INFINITY;
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** An event that needs no decoding. */
  add(body: TraceEventBody): void {
    this.#later(0, () => body);
  }

  /** Decodes what waits, as far as the host has the patience, and ends the events. */
  async end(): Promise<void> {
    this.#hurryAfter = performance.now() + lastWorkMs;
    do await this.#drain(Number.POSITIVE_INFINITY);
    while (this.#waiting.length > 0);
    this.events.end();
  }

  /** Listeners for the tap of a gRPC connection. */
  grpcEvents(connection: number, brokerId: number | undefined, more: Partial<GrpcTapEvents> = {}): GrpcTapEvents {
    return {
      holds: more.holds ?? (() => false),
      onCall: (call) => {
        more.onCall?.(call);
        this.#onCall(call, connection, brokerId, call.headers);
      },
      onMessage: (call, from, message) => {
        more.onMessage?.(call, from, message);
        this.#onMessage(call, from, message);
      },
      onHeaders: (call, headers) => {
        more.onHeaders?.(call, headers);
        const metadata = metadataOf(headers);
        if (Object.keys(metadata).length > 0) {
          this.#later(0, () => ({
            type: "headers",
            call: this.#id(call),
            metadata: this.#options.redactor.redact(metadata),
          }));
        }
      },
      onEnd: (call, trailers, reason) => {
        more.onEnd?.(call, trailers, reason);
        this.#onEnd(call, trailers, reason);
      },
    };
  }

  /** Listeners for the tap of a net/rpc connection. */
  netRpcEvents(connection: number, more: { onCall(method: string, from: Side): void }): NetRpcTapEvents {
    return {
      onCall: (call) => {
        more.onCall(call.method, call.from);
        this.#onCall(call, connection, call.brokerId, []);
      },
      onMessage: (call, from, value) => this.#onValue(call, from, value),
      onEnd: (call, error, reason) => {
        const durationMs = performance.now() - call.started;
        this.#later(0, () => ({
          type: "end",
          call: this.#id(call),
          method: call.method,
          code: error === "" ? 0 : error === undefined ? 14 : 2,
          status: error === "" ? "OK" : error === undefined ? "LOST_CONNECTION" : "ERROR",
          message: error ?? reason,
          details: [],
          trailers: {},
          durationMs,
        }));
      },
      onStdio: (channel, bytes) => this.#onStdio(channel, bytes),
      onStream: (from, brokerId) => this.add({ type: "broker", from, action: "offer", brokerId }),
      onBytes: (_stream, from, size) => this.add({ type: "bytes", connection, from, size }),
    };
  }

  #onCall(call: TappedCall | TappedRpc, connection: number, brokerId: number | undefined, headers: RawHeaders): void {
    const id = ++this.#lastCall;
    this.#calls.set(call, id);
    this.#later(0, () => {
      const timeoutMs = parseTimeout(headerOf(headers, "grpc-timeout"));
      return {
        type: "call",
        call: id,
        connection,
        from: call.from,
        method: call.method,
        metadata: this.#options.redactor.redact(metadataOf(headers)),
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(brokerId !== undefined && { brokerId }),
      };
    });
  }

  #onMessage(call: TappedCall, from: Side, { pieces, compressed, length }: GrpcMessage): void {
    const kept = this.#waitingBytes + length <= maxWaitingBytes ? pieces : undefined;
    this.#later(kept ? length : 0, async () => {
      const base = { type: "message", call: this.#id(call), from, size: length } as const;
      if (!kept || performance.now() > this.#hurryAfter) return base;
      const bytes = inflate(kept.length === 1 ? kept[0]! : Buffer.concat(kept), compressed, call.headers);
      const method = await this.#options.schema.method(call.method);
      return { ...base, ...this.#decode(bytes, from === call.from ? method?.input : method?.output) };
    });
    if (call.method === "/plugin.GRPCStdio/StreamStdio" && from !== call.from && pieces) {
      this.#stdioMessage(Buffer.concat(pieces));
    }
  }

  #decode(
    bytes: Buffer,
    type: Parameters<KnownSchema["toJson"]>[0] | undefined,
  ): { message?: JsonValue; bytes?: string } {
    const base64 = () => bytes.toString("base64");
    if (!type) return { bytes: base64() };
    try {
      const json = this.#options.schema.toJson(type, bytes);
      learnSensitive(json, this.#options.redactor);
      return { message: this.#options.redactor.redact(json), ...(this.#options.raw && { bytes: base64() }) };
    } catch {
      return { bytes: base64() };
    }
  }

  #onEnd(call: TappedCall, trailers: RawHeaders | undefined, reason: string): void {
    const durationMs = performance.now() - call.started;
    this.#later(0, () => {
      const code = trailers ? Number(headerOf(trailers, "grpc-status") ?? 2) : /reset/.test(reason) ? 1 : 14;
      const details = trailers && headerOf(trailers, "grpc-status-details-bin");
      const message = trailers ? decodeStatusMessage(headerOf(trailers, "grpc-message") ?? "") : reason;
      return {
        type: "end",
        call: this.#id(call),
        method: call.method,
        code,
        status: trailers ? (statusNames[code] ?? String(code)) : code === 1 ? "CANCELLED_BY_CALLER" : "LOST_CONNECTION",
        message,
        details: details ? decodeStatusDetails(this.#options.schema.schema, Buffer.from(details, "base64")) : [],
        trailers: trailers ? this.#options.redactor.redact(metadataOf(trailers)) : {},
        durationMs,
      };
    });
  }

  #onValue(call: TappedRpc, from: Side, { value, bytes }: GobValue): void {
    this.#later(bytes.length, () => ({
      type: "message",
      call: this.#id(call),
      from,
      message: this.#options.redactor.redact(gobToJson(value)),
      // Gob describes its types once in a stream: only its bytes can be said again.
      bytes: bytes.toString("base64"),
      size: bytes.length,
    }));
  }

  #stdioMessage(bytes: Buffer): void {
    const type = this.#options.schema.schema.message("plugin.StdioData");
    if (!type) return;
    try {
      const { channel, data = "" } = this.#options.schema.toJson(type, bytes) as { channel?: string; data?: string };
      this.#onStdio(channel === "STDERR" ? "stderr" : "stdout", Buffer.from(data, "base64"));
    } catch {
      // It is in the trace as a message.
    }
  }

  #onStdio(channel: "stdout" | "stderr", bytes: Buffer): void {
    this.#later(bytes.length, () => ({ type: "stdio", channel, text: bytes.subarray(0, maxStdioText).toString() }));
  }

  #id(call: object): number {
    return this.#calls.get(call) ?? 0;
  }

  #later(bytes: number, make: Waiting["make"]): void {
    this.#waiting.push({ make, time: performance.timeOrigin + performance.now(), bytes });
    this.#waitingBytes += bytes;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => void this.#drain(sliceMs), delayMs);
  }

  /** Makes the events of what waits, for a while; then others get their turn. */
  #drain(limitMs: number): Promise<void> {
    const before = this.#draining;
    this.#draining = (async () => {
      await before;
      await this.#slice(limitMs);
    })();
    return this.#draining;
  }

  async #slice(limitMs: number): Promise<void> {
    const started = performance.now();
    let done = 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { make, time, bytes } of waiting) {
      const made = make();
      const body = made instanceof Promise ? await made : made;
      this.#waitingBytes -= bytes;
      done++;
      if (body) this.events.push({ time, session: this.#options.session, ...body } as TraceEvent);
      if (performance.now() - started > limitMs) break;
    }
    this.#waiting = waiting.slice(done).concat(this.#waiting);
    this.#scheduled = this.#waiting.length > 0 && limitMs !== Number.POSITIVE_INFINITY;
    if (this.#scheduled) setImmediate(() => void this.#drain(limitMs));
  }
}

function inflate(bytes: Buffer, compressed: boolean, headers: RawHeaders): Buffer {
  if (!compressed) return bytes;
  try {
    const options = { maxOutputLength: maxInflatedBytes };
    return headerOf(headers, "grpc-encoding") === "deflate" ? inflateSync(bytes, options) : gunzipSync(bytes, options);
  } catch {
    return bytes;
  }
}

/** Terraform's schemas say which attributes are secrets. */
function learnSensitive(json: JsonValue, redactor: Redactor): void {
  if (Array.isArray(json)) {
    for (const one of json) learnSensitive(one, redactor);
  } else if (typeof json === "object" && json !== null) {
    const { name, sensitive } = json;
    if (sensitive === true && typeof name === "string") redactor.add(name);
    for (const one of Object.values(json)) if (typeof one === "object") learnSensitive(one, redactor);
  }
}
