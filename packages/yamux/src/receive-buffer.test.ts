import fc from "fast-check";
import { expect, test } from "vitest";
import { ReceiveBuffer } from "./receive-buffer.js";

test("gives back the bytes in order, whatever the pieces", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant("shift" as const), fc.integer({ min: 1, max: 6000 })), { maxLength: 60 }),
      (steps) => {
        const buffer = new ReceiveBuffer();
        const put: Uint8Array[] = [];
        const got: Uint8Array[] = [];
        let next = 0;
        for (const step of steps) {
          if (step === "shift") {
            const piece = buffer.shift();
            if (piece) got.push(Uint8Array.from(piece));
          } else {
            const piece = Uint8Array.from({ length: step }, () => next++);
            put.push(Uint8Array.from(piece));
            buffer.push(piece);
          }
          expect(buffer.length).toBe(Buffer.concat(put).length - Buffer.concat(got).length);
        }
        for (let piece = buffer.shift(); piece; piece = buffer.shift()) got.push(piece);
        expect(Buffer.concat(got).equals(Buffer.concat(put))).toBe(true);
        expect(buffer.length).toBe(0);
      },
    ),
    { numRuns: 50 },
  );
});

test("a small view does not keep its chunk alive", () => {
  const buffer = new ReceiveBuffer();
  const chunks = Array.from({ length: 1000 }, () => new Uint8Array(65536));
  for (const chunk of chunks) buffer.push(chunk.subarray(0, 1));
  let held = 0;
  for (let piece = buffer.shift(); piece; piece = buffer.shift()) held += piece.buffer.byteLength;
  expect(held).toBeLessThan(8192);
});

test("a large view is kept without a copy", () => {
  const buffer = new ReceiveBuffer();
  const view = new Uint8Array(65536).subarray(12);
  buffer.push(view);
  expect(buffer.shift()).toBe(view);
});
