import { afterAll, expect, test } from "vitest";
import { attacks } from "./attacks.js";
import { type Attack, type Measured, measure, printTable } from "./measure.js";

const rows: [Attack, Measured][] = [];
afterAll(() => process.stdout.write(`\n${printTable(rows)}\n`));

// Nothing but the input decides what is held: a peer that sends more than this much worse makes a bound of a number.
test.each(attacks.map((attack) => [`${attack.entry}: ${attack.worst}`, attack] as const))("%s", async (_, attack) => {
  const measured = await measure(attack);
  rows.push([attack, measured]);
  expect(measured.held).toBeLessThan(attack.maxHeld);
  expect(measured.nsPerByte).toBeLessThan(attack.maxNsPerByte);
});
