import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Backlog, blockBytes } from "./backlog.js";

function takeAll(backlog: Backlog): Buffer[] {
  const chunks: Buffer[] = [];
  for (let chunk = backlog.shift(); chunk; chunk = backlog.shift()) chunks.push(Buffer.from(chunk));
  return chunks;
}

describe("Backlog", () => {
  it("gives back what was written, in order, whatever the sizes, encodings and reads in between", () => {
    const text = fc.tuple(
      fc.string({ unit: "grapheme", maxLength: 40_000 }),
      fc.constantFrom("utf8", "utf16le") as fc.Arbitrary<BufferEncoding>,
    );
    const bytes = fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 255 }));
    const step = fc.oneof(
      text.map(([value, encoding]) => ({ kind: "text" as const, value, encoding })),
      bytes.map(([size, fill]) => ({ kind: "bytes" as const, value: Buffer.alloc(size, fill) })),
      fc.constant({ kind: "read" as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const backlog = new Backlog(() => 0);
        const written: Buffer[] = [];
        const read: Buffer[] = [];
        for (const next of steps) {
          if (next.kind === "read") {
            const chunk = backlog.shift();
            if (chunk) read.push(Buffer.from(chunk));
          } else if (next.kind === "text") {
            backlog.push(next.value, next.encoding);
            written.push(Buffer.from(next.value, next.encoding));
          } else {
            backlog.push(next.value);
            written.push(Buffer.from(next.value));
          }
          const waiting = Buffer.concat(written).length - Buffer.concat(read).length;
          expect(backlog.length).toBe(waiting);
        }
        read.push(...takeAll(backlog));
        expect(read.every((chunk) => chunk.length > 0 && chunk.length <= blockBytes)).toBe(true);
        expect(Buffer.concat(read).equals(Buffer.concat(written))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("joins small writes into chunks of 64 KiB", () => {
    const backlog = new Backlog(() => 0);
    for (let i = 0; i < 3 * 1024; i++) backlog.push("x".repeat(64));
    expect(takeAll(backlog).map((chunk) => chunk.length)).toEqual([blockBytes, blockBytes, blockBytes]);
  });

  it("does not hold on to the writer's buffer, nor write over what was taken", () => {
    const backlog = new Backlog(() => 0);
    const buffer = Buffer.from("first");
    backlog.push(buffer);
    buffer.write("SECON");
    const taken = backlog.shift()!;
    backlog.push(buffer);
    expect(Buffer.from(taken).toString()).toBe("first");
    expect(Buffer.from(backlog.shift()!).toString()).toBe("SECON");
  });

  it("decodes text in other encodings", () => {
    const backlog = new Backlog(() => 0);
    backlog.push("616263", "hex");
    backlog.push("ZGVm", "base64");
    expect(Buffer.from(backlog.shift()!).toString()).toBe("abcdef");
  });

  it("tells which of two waits longer", () => {
    let count = 0;
    const first = new Backlog(() => count++);
    const second = new Backlog(() => count++);
    expect(first.order).toBe(Number.POSITIVE_INFINITY);
    second.push("a");
    first.push("b");
    expect(second.order).toBeLessThan(first.order);
    second.shift();
    second.push("c");
    expect(first.order).toBeLessThan(second.order);
  });
});
