import fc from "fast-check";
import { expect, test } from "vitest";
import { fewestInFlight, ownerOf } from "./choose.js";

const candidate = fc.record({ slot: fc.nat(1_000), inFlight: fc.nat(5), available: fc.boolean() });
const candidates = fc.uniqueArray(candidate, { selector: ({ slot }) => slot, maxLength: 20 });

test("a call goes to an available process with the fewest in flight, and room", () => {
  fc.assert(
    fc.property(candidates, fc.integer({ min: 1, max: 6 }), (all, max) => {
      const fitting = all.filter(({ available, inFlight }) => available && inFlight < max);
      const fewest = Math.min(...fitting.map(({ inFlight }) => inFlight));
      expect(fewestInFlight(all, max)).toBe(fitting.find(({ inFlight }) => inFlight === fewest));
    }),
  );
});

test("a key keeps its process when others come and go", () => {
  fc.assert(
    fc.property(candidates, fc.string(), fc.nat(), (all, key, n) => {
      const owner = ownerOf(all, key);
      if (owner === undefined) {
        expect(all.some(({ available }) => available)).toBe(false);
        return;
      }
      expect(owner.available).toBe(true);
      const gone = all[n % all.length]!;
      const without = ownerOf(
        all.filter((other) => other !== gone),
        key,
      );
      if (gone === owner) expect(without).not.toBe(owner);
      else expect(without).toBe(owner);
    }),
  );
});

test("keys are spread evenly", () => {
  const all = Array.from({ length: 8 }, (_, slot) => ({ slot, inFlight: 0, available: true }));
  const counts = new Map<number, number>();
  for (let n = 0; n < 8_000; n++) {
    const { slot } = ownerOf(all, `user-${n}`)!;
    counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  expect(counts.size).toBe(8);
});
