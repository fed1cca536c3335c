import { describe, expect, test } from "vitest";
import * as gob from "./gob.js";
import { readGolden } from "./golden/read.js";
import { Point } from "./golden/types.js";

/** What a client and a server of Go's net/rpc send. */
const transcripts = readGolden("transcripts");

const Request = gob.struct("Request", { ServiceMethod: gob.string, Seq: gob.number(gob.uint64) });
const Response = gob.struct("Response", {
  ServiceMethod: gob.string,
  Seq: gob.number(gob.uint64),
  Error: gob.string,
});

interface Call {
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

const expected: Record<string, readonly Call[]> = {
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
  "rpc: nil map": [call("Plugin.Headers", yes, [gob.record(gob.slice(gob.string)), {}])],
};

test("every transcript is expected", () => {
  expect(Object.keys(expected).sort()).toEqual([...transcripts.keys()].sort());
});

describe.each(Object.entries(expected))("%s", (name, calls) => {
  const sides = {
    client: {
      stream: Buffer.from(transcripts.get(name)!.hex![0]!, "hex"),
      pairs: calls.map(({ method, args }, Seq) => [Request, { ServiceMethod: method, Seq }, ...args] as const),
    },
    server: {
      stream: Buffer.from(transcripts.get(name)!.hex![1]!, "hex"),
      pairs: calls.map(
        ({ method, reply, error }, Seq) =>
          [Response, { ServiceMethod: method, Seq, Error: error ?? "" }, ...reply] as const,
      ),
    },
  };

  test.each(Object.entries(sides))("what the %s sent is decoded, header by header, body by body", (_, side) => {
    const decoder = new gob.Decoder();
    decoder.push(side.stream);
    for (const [headerType, header, bodyType, body] of side.pairs) {
      expect(decoder.decode(headerType as gob.AnyType)).toEqual(header);
      expect(decoder.decode(bodyType)).toEqual(body);
    }
    expect(decoder.skip()).toBe(false);
    decoder.end();
  });

  test.each(Object.entries(sides))("the bodies of the %s are skipped", (_, side) => {
    const decoder = new gob.Decoder();
    decoder.push(side.stream);
    for (const [headerType, header] of side.pairs) {
      expect(decoder.decode(headerType as gob.AnyType)).toEqual(header);
      expect(decoder.skip()).toBe(true);
    }
    decoder.end();
  });

  test("encoded anew it means the same", () => {
    for (const { pairs } of Object.values(sides)) {
      const encoder = new gob.Encoder();
      for (const [headerType, header, bodyType, body] of pairs) {
        encoder.write(headerType as gob.AnyType, header as never).write(bodyType, body as never);
      }
      const decoder = new gob.Decoder();
      decoder.push(encoder.take());
      for (const [, header, bodyType, body] of pairs) {
        expect(decoder.decode(gob.unknown)).toMatchObject({ ServiceMethod: header.ServiceMethod });
        expect(decoder.decode(bodyType)).toEqual(body);
      }
    }
  });
});
