import { HpackDecoder } from "@go-plugin/grpc/hpack";
import { across, type Side } from "../trace/trace-event.js";
import { FrameSplitter } from "./frame-splitter.js";
import { type GrpcMessage, MessageAssembler } from "./message-assembler.js";

/** Headers in the order of arrival: name, value, name, value, … */
export type RawHeaders = readonly string[];

/** A call on a connection that is listened to. */
export interface TappedCall {
  readonly streamId: number;
  /** `/package.Service/Method`. */
  readonly method: string;
  readonly from: Side;
  readonly headers: RawHeaders;
  /** Of {@link performance.now}. */
  readonly started: number;
}

/** Listens to the calls of a connection. */
export interface GrpcTapEvents {
  onCall(call: TappedCall): void;
  /** May change the bytes of the message's pieces, which have not been passed on yet, if `holds` said so for the call. */
  onMessage(call: TappedCall, from: Side, message: GrpcMessage): void;
  onHeaders(call: TappedCall, headers: RawHeaders): void;
  /** `trailers` is undefined for a call that was reset or lost. */
  onEnd(call: TappedCall, trailers: RawHeaders | undefined, reason: string): void;
  /** Messages of this call are passed on only once they are whole. */
  holds(call: TappedCall): boolean;
}

/** Decides if the tap listens before bytes are passed on, or after. */
export interface ListenOrder {
  /** Something may still be done about a call before its bytes are passed on. */
  listensFirst(): boolean;
  /** The connection has calls that hold. */
  readonly mayHold: boolean;
}

const frameType = { headers: 1, rstStream: 3, pushPromise: 5, continuation: 9 } as const;
const flag = { endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;
const prefaceBytes = 24;
const maxHeaderListBytes = 1 << 20;
const maxTableBytes = 1 << 20;
/** At most this many bytes of a connection are held back. */
const maxHeldBytes = 1 << 16;

interface OpenCall {
  readonly call: TappedCall;
  readonly request: MessageAssembler;
  readonly response: MessageAssembler;
  readonly held: boolean;
  answered: boolean;
}

interface Direction {
  readonly from: Side;
  readonly splitter: FrameSplitter;
  readonly hpack: HpackDecoder;
  block: { streamId: number; endStream: boolean; parts: Buffer[] } | undefined;
}

/** Listens to a gRPC connection. Its bytes go on as they are. */
export class GrpcTap {
  readonly #calls = new Map<number, OpenCall>();
  /** The ids of calls that hold, as frames have them. */
  readonly #heldIds = new Map<number, Buffer>();
  readonly #directions: Readonly<Record<Side, Direction>>;
  readonly #client: Side;
  readonly #maxMessageBytes: number;
  readonly #events: GrpcTapEvents;
  readonly #order: ListenOrder;

  constructor(
    /** The side that opened the connection, and calls. */
    client: Side,
    maxMessageBytes: number,
    events: GrpcTapEvents,
    order: ListenOrder,
  ) {
    this.#client = client;
    this.#maxMessageBytes = maxMessageBytes;
    this.#events = events;
    this.#order = order;
    this.#directions = { host: this.#direction("host"), plugin: this.#direction("plugin") };
  }

  /**
   * Listens to the next bytes of one side.
   *
   * @returns whether they have to wait for more, since a message that may be changed is not whole.
   * @throws {Error} for what is not gRPC; the tap is of no use after.
   */
  push(from: Side, chunk: Buffer): boolean {
    this.#directions[from].splitter.push(chunk);
    for (const { held, request, response } of this.#calls.values()) {
      if (!held) continue;
      const assembler = from === this.#client ? request : response;
      if (assembler.midMessage && assembler.messageBytes <= maxHeldBytes) return true;
    }
    return false;
  }

  /** There is a call that holds, and no frame of it can be in these bytes: none begins there, and none goes on. */
  passesFirst(from: Side, chunk: Buffer): boolean {
    if (this.#order.listensFirst()) return false;
    if (!this.#order.mayHold) return true;
    if (this.#heldIds.size === 0 || !this.#directions[from].splitter.atBoundary) return false;
    for (const id of this.#heldIds.values()) if (chunk.includes(id)) return false;
    return true;
  }

  /** The connection is gone. */
  end(reason: string): void {
    for (const { call } of this.#calls.values()) this.#events.onEnd(call, undefined, reason);
    this.#calls.clear();
  }

  #direction(from: Side): Direction {
    const direction: Direction = {
      from,
      splitter: new FrameSplitter(
        {
          onData: (streamId, piece, _last, endStream) => this.#onData(from, streamId, piece, endStream),
          onFrame: (type, flags, streamId, payload) => this.#onFrame(direction, type, flags, streamId, payload),
        },
        from === this.#client ? prefaceBytes : 0,
      ),
      hpack: new HpackDecoder(maxHeaderListBytes, maxTableBytes),
      block: undefined,
    };
    return direction;
  }

  #onData(from: Side, streamId: number, piece: Buffer, _endStream: boolean): void {
    const open = this.#calls.get(streamId);
    if (!open || piece.length === 0) return;
    (from === this.#client ? open.request : open.response).push(piece);
  }

  #onFrame(direction: Direction, type: number, flags: number, streamId: number, payload: Buffer): void {
    switch (type) {
      case frameType.headers: {
        let start = 0;
        let end = payload.length;
        if (flags & flag.padded) {
          end -= payload[0] ?? 0;
          start = 1;
        }
        if (flags & flag.priority) start += 5;
        if (start > end) throw new Error("a header block that ends before it begins");
        direction.block = {
          streamId,
          endStream: (flags & flag.endStream) !== 0,
          parts: [payload.subarray(start, end)],
        };
        break;
      }
      case frameType.continuation:
        direction.block?.parts.push(payload);
        break;
      case frameType.rstStream:
        this.#end(streamId, undefined, `reset by the ${direction.from}: ${describeReset(payload)}`);
        return;
      default:
        return;
    }
    const { block } = direction;
    if (!block || !(flags & flag.endHeaders)) return;
    direction.block = undefined;
    const bytes = block.parts.length === 1 ? block.parts[0]! : Buffer.concat(block.parts);
    this.#onHeaders(direction, block, direction.hpack.decode(bytes, 0, bytes.length) ?? []);
  }

  #onHeaders(direction: Direction, block: { streamId: number; endStream: boolean }, headers: RawHeaders): void {
    if (direction.from === this.#client) {
      if (!this.#calls.has(block.streamId)) this.#open(block.streamId, headers);
      return;
    }
    const open = this.#calls.get(block.streamId);
    if (!open) return;
    if (block.endStream) {
      this.#end(block.streamId, headers, "");
    } else if (!open.answered && !/^1/.test(headerOf(headers, ":status") ?? "")) {
      open.answered = true;
      this.#events.onHeaders(open.call, headers);
    }
  }

  #open(streamId: number, headers: RawHeaders): void {
    const call: TappedCall = {
      streamId,
      method: headerOf(headers, ":path") ?? "",
      from: this.#client,
      headers,
      started: performance.now(),
    };
    const assembler = (from: Side) =>
      new MessageAssembler(this.#maxMessageBytes, (message) => this.#events.onMessage(call, from, message));
    this.#calls.set(streamId, {
      call,
      request: assembler(this.#client),
      response: assembler(across(this.#client)),
      held: this.#events.holds(call),
      answered: false,
    });
    if (this.#calls.get(streamId)?.held) {
      const id = Buffer.alloc(4);
      id.writeUInt32BE(streamId);
      this.#heldIds.set(streamId, id);
    }
    this.#events.onCall(call);
  }

  #end(streamId: number, trailers: RawHeaders | undefined, reason: string): void {
    const open = this.#calls.get(streamId);
    if (!open) return;
    this.#calls.delete(streamId);
    this.#heldIds.delete(streamId);
    this.#events.onEnd(open.call, trailers, reason);
  }
}

export function headerOf(headers: RawHeaders, name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === name) return headers[index + 1];
  return undefined;
}

const errorNames = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
];

function describeReset(payload: Buffer): string {
  const code = payload.length >= 4 ? payload.readUInt32BE(0) : -1;
  return errorNames[code] ?? String(code);
}
