import type { Action, Action_Entry } from "./gen/behaviour.js";

type Fields<T> = { readonly [K in keyof T]?: T[K] extends object | undefined ? Fields<T[K]> : T[K] };

/** The server's actions, named as in the message Action. */
export type ServerAction = Fields<Action>;

/** A message to send: `size` bytes of payload. */
export interface MessageSpec {
  readonly size?: number;
  readonly actions?: readonly ServerAction[];
}

/** The client's next step; exactly one field is set. The Go client reads the same JSON. */
export type Step =
  | { readonly send: MessageSpec }
  | { readonly halfClose: true }
  /** Waits for the response headers. */
  | { readonly headers: true }
  /** Reads this many messages. */
  | { readonly receive: number }
  /** Messages received after it do not count: some may still be in flight. */
  | { readonly cancel: true }
  /**
   * Sends messages until sending stalls, then continues in the background. The outcome says whether it stalled before
   * `limit`.
   */
  | { readonly flood: { readonly count: number; readonly size: number; readonly limit: number } }
  /** Ends the server's action `hold`. */
  | { readonly release: true }
  /** Waits until the server's sending stalls. The outcome says whether it did so before this many messages. */
  | { readonly untilStalled: number }
  /** Makes other calls on the same connection until one fails. The outcome is that failure. */
  | { readonly untilUnavailable: true };

export type Kind = "unary" | "serverStream" | "clientStream" | "bidiStream";

export interface CallSpec {
  readonly kind: Kind;
  /** @default the method of this kind */
  readonly path?: string;
  readonly metadata?: readonly Partial<Action_Entry>[];
  readonly timeoutMs?: number;
  /** After the steps the client reads until the call ends. */
  readonly steps: readonly Step[];
  /** Ask the server what it saw. */
  readonly observe?: boolean;
  /** The number of these calls that run at the same time. @default 1 */
  readonly concurrent?: number;
}

/** One row of the table. */
export interface Behaviour {
  readonly name: string;
  /** The calls, one after the other on one connection. */
  readonly calls: readonly CallSpec[];
  /** Limits of the client, in bytes. @default none. `gzip`: it compresses; only for clients that can. */
  readonly client?: { readonly maxReceive?: number; readonly maxSend?: number; readonly gzip?: boolean };
  /** Limits of the server, in bytes. @default none */
  readonly server?: ServerLimits;
  /** The test sets the status message itself, so it must arrive unchanged. */
  readonly details?: boolean;
  /** The server is stopped afterwards. */
  readonly endsServer?: boolean;
}

export interface ServerLimits {
  readonly maxReceive?: number;
  readonly maxHeaderList?: number;
}

const paths = {
  unary: "/interop.Behaviour/Unary",
  serverStream: "/interop.Behaviour/ServerStream",
  clientStream: "/interop.Behaviour/ClientStream",
  bidiStream: "/interop.Behaviour/BidiStream",
} as const;

export function pathOf(call: CallSpec): string {
  return call.path ?? paths[call.kind];
}

export function streamsRequests({ kind }: CallSpec): boolean {
  return kind === "clientStream" || kind === "bidiStream";
}

export function streamsResponses({ kind }: CallSpec): boolean {
  return kind === "serverStream" || kind === "bidiStream";
}
