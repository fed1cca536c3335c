import { type Channel, channel } from "node:diagnostics_channel";
import type { CallEndDiagnostics, CallStartDiagnostics, ReconnectDiagnostics } from "@go-plugin/grpc";
import type { RpcCallEndDiagnostics, RpcCallStartDiagnostics } from "@go-plugin/netrpc";
import type { Handshake, Protocol } from "../handshake/handshake.js";

/** Published on `go-plugin:launch`: a plugin's process was started. */
export interface LaunchDiagnostics {
  readonly command: string;
  readonly args: readonly string[];
  readonly pid: number;
}

/** Published on `go-plugin:handshake`: the plugin has printed a line that this host accepts. */
export interface HandshakeDiagnostics {
  readonly pid: number;
  readonly handshake: Pick<Handshake, "appVersion" | "network" | "address" | "protocol" | "multiplex">;
}

/** Published on `go-plugin:exit`: the plugin's process has ended. */
export interface ExitDiagnostics {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The host had begun to close the plugin. */
  readonly expected: boolean;
}

/** Published on `go-plugin:broker`: this side serves an id, or dials one. */
export interface BrokerDiagnostics {
  readonly protocol: Protocol;
  readonly action: "serve" | "connect" | "accept" | "dial";
  readonly id: number;
}

/** The events on `node:diagnostics_channel`, by the name of the channel. Go: none. */
export interface DiagnosticsEvents {
  readonly "go-plugin:launch": LaunchDiagnostics;
  readonly "go-plugin:handshake": HandshakeDiagnostics;
  readonly "go-plugin:call.start": CallStartDiagnostics | RpcCallStartDiagnostics;
  readonly "go-plugin:call.end": CallEndDiagnostics | RpcCallEndDiagnostics;
  readonly "go-plugin:broker": BrokerDiagnostics;
  readonly "go-plugin:reconnect": ReconnectDiagnostics;
  readonly "go-plugin:exit": ExitDiagnostics;
}

// Nothing is created for a channel without subscribers.
export const launched = channel("go-plugin:launch") as Channel<unknown, LaunchDiagnostics>;
export const handshaken = channel("go-plugin:handshake") as Channel<unknown, HandshakeDiagnostics>;
export const exited = channel("go-plugin:exit") as Channel<unknown, ExitDiagnostics>;
export const brokered = channel("go-plugin:broker") as Channel<unknown, BrokerDiagnostics>;
