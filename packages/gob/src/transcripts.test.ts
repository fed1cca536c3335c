import { describe, expect, test } from "vitest";
import * as gob from "./gob.js";
import { goldenCalls, goldenReplies } from "./golden/calls.js";
import { readGolden } from "./golden/read.js";

/** The bytes of a client and a server of Go's net/rpc. */
const transcripts = readGolden("transcripts");

const Request = gob.struct("Request", { ServiceMethod: gob.string, Seq: gob.number(gob.uint64) });
const Response = gob.struct("Response", {
  ServiceMethod: gob.string,
  Seq: gob.number(gob.uint64),
  Error: gob.string,
});

test("every transcript is expected", () => {
  expect(Object.keys(goldenCalls).sort()).toEqual([...transcripts.keys()].sort());
});

describe.each(Object.entries(goldenCalls))("%s", (name, calls) => {
  const sides = {
    client: {
      stream: Buffer.from(transcripts.get(name)!.hex![0]!, "hex"),
      pairs: calls.map(({ method, args }, Seq) => [Request, { ServiceMethod: method, Seq }, ...args] as const),
    },
    server: {
      stream: Buffer.from(transcripts.get(name)!.hex![1]!, "hex"),
      pairs: (goldenReplies[name] ?? [...calls.keys()]).map((Seq) => {
        const { method, reply, error = "" } = calls[Seq]!;
        return [Response, { ServiceMethod: method, Seq, Error: error }, ...reply] as const;
      }),
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
