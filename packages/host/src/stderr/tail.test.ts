import fc from "fast-check";
import { expect, test } from "vitest";
import { Tail } from "./tail.js";

test("keeps everything while it fits", () => {
  const tail = new Tail(10);
  expect(tail.toString()).toBe("");
  tail.push(Buffer.from("first\n"));
  tail.push(Buffer.from("2nd\n"));
  expect(tail.toString()).toBe("first\n2nd\n");
});

test("begins with a whole line when it had to drop something", () => {
  const tail = new Tail(10);
  tail.push(Buffer.from("first\nsecond\nend"));
  expect(tail.toString()).toBe("end");
  tail.push(Buffer.from("x".repeat(50)));
  expect(tail.toString()).toBe("x".repeat(10));
});

test("any chunks give the end of the whole text", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 20 })), (chunks) => {
      const tail = new Tail(16);
      for (const chunk of chunks) tail.push(Buffer.from(chunk));
      expect(tail.toString()).toBe(chunks.join("").slice(-16));
    }),
  );
});

test("many small chunks take no more memory than the limit allows", () => {
  const tail = new Tail(100);
  for (let n = 0; n < 10_000; n++) tail.push(Buffer.from(`${n}\n`));
  expect(tail.toString().endsWith("9998\n9999\n")).toBe(true);
  expect(tail.toString().length).toBeLessThanOrEqual(100);
});
