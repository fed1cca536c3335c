import type { Action, Action_Entry } from "./gen/behaviour.js";

type Fields<T> = { readonly [K in keyof T]?: T[K] extends object | undefined ? Fields<T[K]> : T[K] };

/** What the server does; the names are those of the message Action. */
export type ServerAction = Fields<Action>;

/** A message to send: `size` bytes of payload. */
export interface MessageSpec {
  readonly size?: number;
  readonly actions?: readonly ServerAction[];
}

/** What the client does next; exactly one field is set. The Go client reads the same. */
export type Step =
  | { readonly send: MessageSpec }
  | { readonly halfClose: true }
  /** Waits for the response headers. */
  | { readonly headers: true }
  /** Reads this many messages. */
  | { readonly receive: number }
  /** What is received after it does not count: it depends on what was on its way. */
  | { readonly cancel: true }
  /** Sends messages until that stands still (the outcome says whether it did before `limit`), and goes on in the background. */
  | { readonly flood: { readonly count: number; readonly size: number; readonly limit: number } }
  /** Ends the server's action `hold`. */
  | { readonly release: true }
  /** Waits until the server's sending stands still; the outcome says whether it did before so many messages. */
  | { readonly untilStalled: number }
  /** Makes other calls on the same connection until one fails; the outcome says how. */
  | { readonly untilUnavailable: true };

export type Kind = "unary" | "serverStream" | "clientStream" | "bidiStream";

export interface CallSpec {
  readonly kind: Kind;
  /** @default the method of this kind */
  readonly path?: string;
  readonly metadata?: readonly Partial<Action_Entry>[];
  readonly timeoutMs?: number;
  /** After them the client reads to the end of the call. */
  readonly steps: readonly Step[];
  /** Ask the server what it saw. */
  readonly observe?: boolean;
  /** How many of this call run at the same time. @default 1 */
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
  /** Whether the text of the status is the test's own, and so has to arrive as it is. */
  readonly details?: boolean;
  /** The server does not serve any more afterwards. */
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
