import fc from "fast-check";
import { expect, test } from "vitest";
import * as gob from "./gob.js";
import { readGolden } from "./golden/read.js";
import { registry } from "./golden/types.js";
import { goldenValues } from "./golden/values.js";

const vectors = readGolden("vectors");
const seeds = Object.entries(goldenValues).map(([name, { type }]) => ({
  type,
  stream: Buffer.from(vectors.get(name)!.hex!.join(""), "hex"),
}));

/** A golden stream with bytes changed, removed, repeated or inserted. */
const mutated = fc
  .record({
    seed: fc.constantFrom(...seeds),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        drop: fc.nat(3),
        insert: fc.oneof(
          fc.uint8Array({ maxLength: 4 }),
          // Bytes that begin large numbers.
          fc.constantFrom(
            Uint8Array.of(0xf8, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
            Uint8Array.of(0xfc, 0x7f, 0, 0, 0),
          ),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    chunk: fc.integer({ min: 1, max: 400 }),
  })
  .map(({ seed, edits, chunk }) => {
    let { stream } = seed;
    for (const { at, drop, insert } of edits) {
      const from = Math.floor(at * stream.length);
      stream = Buffer.concat([stream.subarray(0, from), insert, stream.subarray(from + drop)]);
    }
    return { type: seed.type, stream, chunk };
  });

/** Reads a stream to its end. Only a GobError may be thrown. */
function drain(stream: Buffer, chunk: number, next: (decoder: gob.Decoder) => boolean): void {
  const decoder = new gob.Decoder({ registry });
  for (let at = 0; at < stream.length; at += chunk) {
    decoder.push(stream.subarray(at, at + chunk));
    // Each step takes a message.
    for (let step = 0; step <= stream.length && attempt(() => next(decoder)); step++);
    checkHeap();
  }
  attempt(() => decoder.end());
}

/** The heap limit for streams of a few hundred bytes, far below what one of them can claim. */
const maxHeapGrowth = 256 << 20;
const heapBefore = process.memoryUsage().heapUsed;

function checkHeap(): void {
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(maxHeapGrowth);
}

function attempt(run: () => unknown): boolean {
  try {
    return run() === true;
  } catch (error) {
    if (!(error instanceof gob.GobError)) throw error;
    // An error without a path means that the framing is broken, which ends the stream.
    return error.path !== "";
  }
}

test("no mutation of a golden stream hangs, crashes or gets out of hand", () => {
  fc.assert(
    fc.property(mutated, ({ type, stream, chunk }) => {
      drain(stream, chunk, (decoder) => decoder.decode(type) !== gob.needMore);
      drain(stream, chunk, (decoder) => decoder.decode(gob.unknown) !== gob.needMore);
      drain(stream, chunk, (decoder) => decoder.skip());
    }),
    { numRuns: 3000 },
  );
});

test("no random bytes do", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 300 }), (bytes, chunk) => {
      const stream = Buffer.from(bytes);
      drain(stream, chunk, (decoder) => decoder.decode(gob.unknown) !== gob.needMore);
      drain(stream, chunk, (decoder) => decoder.skip());
    }),
    { numRuns: 1500 },
  );
});

test("skipping and decoding agree on where a value ends", () => {
  fc.assert(
    fc.property(mutated, ({ stream }) => {
      const decoding = new gob.Decoder({ registry });
      const skipping = new gob.Decoder({ registry });
      decoding.push(stream);
      skipping.push(stream);
      // Compared up to the first failure: the outcome after it is not specified.
      for (;;) {
        let decoded: boolean;
        let skipped: boolean;
        try {
          decoded = decoding.decode(gob.unknown) !== gob.needMore;
          skipped = skipping.skip();
        } catch (error) {
          expect(error).toBeInstanceOf(gob.GobError);
          return;
        }
        expect(skipped).toBe(decoded);
        if (!decoded) return;
      }
    }),
    { numRuns: 1500 },
  );
});
