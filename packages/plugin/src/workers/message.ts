/** Metadata as a thread can send it. */
export type Entries = readonly (readonly [string, string | Uint8Array])[];

/** An error as a thread can send it. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a StatusError. */
  readonly status?: { readonly code: number; readonly details: string; readonly metadata: Entries };
}

/** The two directions of a call's messages. */
export type Side = "request" | "response";

/** The messages between the main thread and a worker thread. Each side numbers the calls that it makes. */
export type ThreadMessage =
  | {
      readonly type: "call";
      readonly id: number;
      readonly target: string;
      readonly method: string;
      /** The request, unless it is a stream. */
      readonly request: unknown;
      readonly requestStream: boolean;
      readonly responseStream: boolean;
      readonly metadata: Entries;
      readonly deadline: number | undefined;
    }
  /** Of the callee's side of the call `id`: */
  | { readonly type: "headers"; readonly id: number; readonly metadata: Entries }
  /** The call has ended: with its only response, after its last one, or by an error. */
  | {
      readonly type: "done";
      readonly id: number;
      readonly value: unknown;
      readonly error: SentError | undefined;
      readonly trailers: Entries;
    }
  | { readonly type: "item"; readonly id: number; readonly side: Side; readonly value: unknown }
  /** The receiver has taken an item of this side. */
  | { readonly type: "taken"; readonly id: number; readonly side: Side }
  /** The end of the stream of requests. */
  | { readonly type: "requests-end"; readonly id: number; readonly error: SentError | undefined }
  | { readonly type: "cancel"; readonly id: number; readonly error: SentError }
  | {
      readonly type: "log";
      readonly level: "trace" | "debug" | "info" | "warn" | "error";
      readonly text: string;
      readonly fields: object;
    }
  /** The thread has loaded its module. */
  | { readonly type: "ready" };

/** Bytes that are shorter are cheaper to copy twice than to hand over. */
const transferBytes = 4_096;

/**
 * Prepares a value for its way to another thread. Bytes are usually a part of a larger buffer, all of which would be copied:
 * this copies the part alone.
 */
export function own(value: unknown, transfer: ArrayBuffer[]): unknown {
  if (!(value instanceof Uint8Array)) return value;
  const copy = Uint8Array.prototype.slice.call(value);
  if (copy.byteLength >= transferBytes) transfer.push(copy.buffer as ArrayBuffer);
  return copy;
}
