import { type Channel, channel } from "node:diagnostics_channel";

/** Published on `go-plugin:call.start`. */
export interface CallStartDiagnostics {
  readonly protocol: "grpc";
  /** The side of this process in the call. */
  readonly side: "client" | "server";
  /** `/package.Service/Method`. */
  readonly method: string;
  /** The same object at the call's start and end, which identifies the call. */
  readonly call: object;
}

/** Published on `go-plugin:call.end`. */
export interface CallEndDiagnostics extends CallStartDiagnostics {
  /** The status code of gRPC. */
  readonly code: number;
  /** The status message; empty for a successful call. */
  readonly details: string;
}

/** Published on `go-plugin:reconnect` when a channel dials again after losing its connection. */
export interface ReconnectDiagnostics {
  readonly channel: object;
}

// Nothing is created for a channel without subscribers.
export const callStart = channel("go-plugin:call.start") as Channel<unknown, CallStartDiagnostics>;
export const callEnd = channel("go-plugin:call.end") as Channel<unknown, CallEndDiagnostics>;
export const reconnect = channel("go-plugin:reconnect") as Channel<unknown, ReconnectDiagnostics>;
