import type { JsonValue } from "@bufbuild/protobuf";

/** One of the two sides that the proxy stands between. */
export type Side = "host" | "plugin";

/** The side across. */
export function across(side: Side): Side {
  return side === "host" ? "plugin" : "host";
}

/** Fields that all events have. */
interface Common {
  /** When it happened: milliseconds since the epoch, with a fraction. */
  readonly time: number;
  /** The start of a plugin that it belongs to; a file may hold several. */
  readonly session: string;
}

/** The real plugin was started. */
export interface StartEvent extends Common {
  readonly type: "start";
  readonly command: string;
  readonly args: readonly string[];
  readonly pid: number;
  /** Variables that go-plugin reads, and the cookie of a known product. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of all other variables. */
  readonly otherEnv: readonly string[];
}

/** The plugin printed its line. */
export interface HandshakeEvent extends Common {
  readonly type: "handshake";
  readonly line: string;
  readonly appVersion: number;
  readonly network: string;
  readonly address: string;
  readonly protocol: "grpc" | "netrpc";
  /** Certificates on both sides: the proxy showed its own to each. */
  readonly autoMtls: boolean;
  readonly multiplex: boolean;
  /** Since the start. */
  readonly afterMs: number;
}

/** The plugin's services, for readers who have the trace and not the plugin. */
export interface SchemaEvent extends Common {
  readonly type: "schema";
  /** An encoded google.protobuf.FileDescriptorSet in base64. */
  readonly descriptors: string;
  readonly source: "reflection" | "files";
}

/** A connection was made: the first, or a brokered one. */
export interface ConnectionEvent extends Common {
  readonly type: "connection";
  readonly connection: number;
  /** The side that opened it. */
  readonly from: Side;
  readonly purpose: "main" | "broker";
  /** Id of a brokered connection. */
  readonly brokerId?: number;
}

export interface ConnectionEndEvent extends Common {
  readonly type: "connection-end";
  readonly connection: number;
  /** The side that ended it, if known. */
  readonly by?: Side;
  readonly error?: string;
}

/** One side began a call. */
export interface CallEvent extends Common {
  readonly type: "call";
  readonly call: number;
  readonly connection: number;
  /** The side that called. */
  readonly from: Side;
  /** `/package.Service/Method`; over net/rpc `Plugin.Method`. */
  readonly method: string;
  readonly metadata: Readonly<Record<string, string | readonly string[]>>;
  /** Milliseconds that the caller gave. */
  readonly timeoutMs?: number;
  readonly brokerId?: number;
}

/** A message of a call: decoded, or its bytes where nobody knows its type. */
export interface MessageEvent extends Common {
  readonly type: "message";
  readonly call: number;
  readonly from: Side;
  readonly message?: JsonValue;
  /** Base64: of what cannot be decoded, and of everything with `raw`. */
  readonly bytes?: string;
  readonly size: number;
}

/** Response headers. */
export interface HeadersEvent extends Common {
  readonly type: "headers";
  readonly call: number;
  readonly metadata: Readonly<Record<string, string | readonly string[]>>;
}

/** A call ended. */
export interface EndEvent extends Common {
  readonly type: "end";
  readonly call: number;
  readonly method: string;
  /** gRPC's code; of net/rpc 0, or 2 for an error. */
  readonly code: number;
  /** Its name, or CANCELLED_BY_CALLER and LOST_CONNECTION where no status came. */
  readonly status: string;
  readonly message: string;
  readonly details: readonly JsonValue[];
  readonly trailers: Readonly<Record<string, string | readonly string[]>>;
  readonly durationMs: number;
}

/** Output that the plugin's code printed. */
export interface StdioEvent extends Common {
  readonly type: "stdio";
  readonly channel: "stdout" | "stderr";
  readonly text: string;
}

/** An entry of the plugin's log, or a plain line of its stderr. */
export interface LogEvent extends Common {
  readonly type: "log";
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, JsonValue>>;
}

/** A message of the brokers: the address of an id, a knock for it, or the answer to a knock. */
export interface BrokerEvent extends Common {
  readonly type: "broker";
  readonly from: Side;
  readonly action: "offer" | "knock" | "ack" | "refusal";
  readonly brokerId: number;
  readonly address?: string;
  readonly error?: string;
}

/** Bytes of a connection that speaks neither gRPC nor net/rpc, or in a way that the proxy does not understand. */
export interface BytesEvent extends Common {
  readonly type: "bytes";
  readonly connection: number;
  readonly from: Side;
  readonly size: number;
}

/** Something was done on purpose to see what happens. */
export interface FaultEvent extends Common {
  readonly type: "fault";
  readonly fault: string;
  readonly at: string;
}

/** A remark of the proxy itself. */
export interface NoteEvent extends Common {
  readonly type: "note";
  readonly note: string;
}

/** The real plugin ended. */
export interface ExitEvent extends Common {
  readonly type: "exit";
  readonly code: number | null;
  readonly signal: string | null;
}

/** All that a proxy sees. */
export type TraceEvent =
  | StartEvent
  | HandshakeEvent
  | SchemaEvent
  | ConnectionEvent
  | ConnectionEndEvent
  | CallEvent
  | MessageEvent
  | HeadersEvent
  | EndEvent
  | StdioEvent
  | LogEvent
  | BrokerEvent
  | BytesEvent
  | FaultEvent
  | NoteEvent
  | ExitEvent;

type Without<T> = T extends unknown ? Omit<T, "time" | "session"> : never;
/** An event before it is known when and where it happened. */
export type TraceEventBody = Without<TraceEvent>;
