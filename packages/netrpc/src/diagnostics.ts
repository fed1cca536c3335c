import { type Channel, channel } from "node:diagnostics_channel";

/** Published on `go-plugin:call.start`. Go: none. */
export interface RpcCallStartDiagnostics {
  readonly protocol: "netrpc";
  /** The side of this process in the call. */
  readonly side: "client" | "server";
  /** `Service.Method`. */
  readonly method: string;
  /** The same object at the call's start and end, which identifies the call. */
  readonly call: object;
}

/** Published on `go-plugin:call.end`. Go: none. */
export interface RpcCallEndDiagnostics extends RpcCallStartDiagnostics {
  /** gRPC's numbers: 0, or 2 for an error. */
  readonly code: number;
  /** The error's text; empty for a successful call. */
  readonly details: string;
}

// Nothing is created for a channel without subscribers.
export const callStart = channel("go-plugin:call.start") as Channel<unknown, RpcCallStartDiagnostics>;
export const callEnd = channel("go-plugin:call.end") as Channel<unknown, RpcCallEndDiagnostics>;

/** Publishes the start and the end of a call that this side makes; `errorOf` returns the error text of an outcome. */
export function observeCall(method: string, reply: Promise<unknown>, errorOf: (outcome: unknown) => string): void {
  const about = { protocol: "netrpc", side: "client", method, call: reply } as const;
  callStart.publish(about);
  const end = (details: string) => callEnd.publish({ ...about, code: details === "" ? 0 : 2, details });
  reply.then(
    (outcome) => end(errorOf(outcome)),
    (reason: unknown) => end(String(reason)),
  );
}
