import fc from "fast-check";
import { expect, test } from "vitest";
import { ReceiveBuffer } from "./receive-buffer.js";

test("gives what it got, in order, whatever the pieces and the moments", () => {
  const step = fc.oneof(fc.constant("shift" as const), fc.nat(300), fc.integer({ min: 1000, max: 40_000 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const buffer = new ReceiveBuffer();
      const given: Buffer[] = [];
      const taken: Buffer[] = [];
      let next = 0;
      for (const size of steps) {
        if (size !== "shift") {
          // A part of a chunk, which may be much larger.
          const piece = Buffer.alloc(65_536).subarray(0, size + 1);
          for (let i = 0; i < piece.length; i++) piece[i] = next++;
          given.push(piece);
          buffer.push(piece);
        } else if (!buffer.empty) taken.push(buffer.shift());
      }
      while (!buffer.empty) taken.push(buffer.shift());
      expect(Buffer.concat(taken).equals(Buffer.concat(given))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("keeps little more than the bytes of the pieces", () => {
  for (const size of [1, 10, 1000, 8000]) {
    const buffer = new ReceiveBuffer();
    const chunk = Buffer.allocUnsafeSlow(65_536);
    let bytes = 0;
    for (; bytes < 1_000_000; bytes += size) buffer.push(chunk.subarray(0, size));
    const buffers = new Set<ArrayBufferLike>();
    let pieces = 0;
    while (!buffer.empty) {
      const { buffer: memory } = buffer.shift();
      expect(memory).not.toBe(chunk.buffer);
      buffers.add(memory);
      pieces++;
    }
    let kept = 0;
    for (const { byteLength } of buffers) kept += byteLength;
    expect(kept).toBeLessThan(1.7 * bytes);
    expect(pieces).toBeLessThan(110);
  }
});

test("does not copy what fills its chunk", () => {
  const buffer = new ReceiveBuffer();
  const chunk = Buffer.allocUnsafeSlow(16_384);
  buffer.push(chunk);
  expect(buffer.shift()).toBe(chunk);
});
