import * as gob from "../gob.js";
import { Point } from "./types.js";

/** A call of a transcript of interop/programs/gob-driver/transcripts.go. */
export interface Call {
  readonly method: string;
  readonly args: readonly [gob.AnyType, unknown];
  readonly reply: readonly [gob.AnyType, unknown];
  readonly error?: string;
}

function call(method: string, args: Call["args"], reply: Call["reply"]): Call {
  return { method, args, reply };
}

function failed(method: string, args: Call["args"], error: string): Call {
  return { method, args, reply: [gob.emptyStruct, {}], error };
}

const yes = [gob.bool, true] as const;
const nothing = [gob.emptyStruct, {}] as const;
const nil = [gob.interface(), null] as const;
const a = [gob.string, "a"] as const;

/** The calls of each transcript, in the order of the requests. */
export const goldenCalls: Readonly<Record<string, readonly Call[]>> = {
  "rpc: Ping twice, Quit": [
    call("Control.Ping", yes, nothing),
    call("Control.Ping", yes, nothing),
    call("Control.Quit", yes, nothing),
  ],
  "rpc: Dispense": [
    call("Dispenser.Dispense", [gob.string, "greeter"], [gob.uint32, 1]),
    failed("Dispenser.Dispense", [gob.string, "nope"], "unknown plugin type: nope"),
    call("Dispenser.Dispense", [gob.string, "greeter"], [gob.uint32, 2]),
  ],
  "rpc: Greet twice": [
    call("Plugin.Greet", nil, [gob.string, "Hello!"]),
    call("Plugin.Greet", nil, [gob.string, "Hello!"]),
  ],
  "rpc: Put and Get": [
    call("KV.Put", [gob.record(gob.interface()), { hello: new TextEncoder().encode("world") }], nil),
    call("KV.Get", [gob.string, "hello"], [gob.bytes, new TextEncoder().encode("world")]),
    call("KV.Get", [gob.string, "nothing"], [gob.bytes, new Uint8Array()]),
  ],
  "rpc: no such service, method, name": [
    failed("Nope.Get", a, "rpc: can't find service Nope.Get"),
    failed("Plugin.Nope", a, "rpc: can't find method Plugin.Nope"),
    failed("nodot", a, "rpc: service/method request ill-formed: nodot"),
    call("Control.Ping", yes, nothing),
  ],
  "rpc: wrong arguments, then right ones": [
    failed("Plugin.Add", a, "gob: type mismatch in decoder: want struct type main.Point; got non-struct"),
    call("Plugin.Add", [Point, { X: 1, Y: 2 }], [gob.int, 3]),
  ],
  "rpc: empty error": [call("Plugin.Silent", yes, nothing)],
  "rpc: replies out of order": [0, 1, 2].map((n) => call("Plugin.Hold", [gob.int, n], [gob.int, n])),
  "rpc: nil interface for an unknown method": [
    failed("Plugin.Nope", nil, "rpc: can't find method Plugin.Nope"),
    call("Plugin.Any", nil, [gob.string, "<nil>"]),
    call("Plugin.Hold", [gob.int, 1], [gob.int, 1]),
  ],
  "rpc: nil map": [call("Plugin.Headers", yes, [gob.record(gob.slice(gob.string)), {}])],
};

/** The order of the replies of Go's server, where it differs from that of the requests. */
export const goldenReplies: Readonly<Record<string, readonly number[]>> = {
  "rpc: replies out of order": [2, 0, 1],
  "rpc: nil interface for an unknown method": [0],
};
