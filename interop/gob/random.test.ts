import * as gob from "@go-plugin/gob";
import { expect, test } from "vitest";
import { forDriver } from "./descriptions.js";
import { Driver } from "./driver.js";
import { decodeInPieces, exchange } from "./exchange.js";
import { evolve, randomType, randomValue } from "./generate.js";
import { Random } from "./random.js";
import { RegisteredTypes } from "./registered.js";

const rounds = 5;
const typesPerRound = 500;

test.each(Array.from({ length: rounds }, (_, index) => 1000 + index))(
  "random types and values go both ways (seed %i)",
  async (seed) => {
    const random = new Random(seed);
    const registered = new RegisteredTypes(random, 10);
    await using driver = new Driver();
    await registered.register(driver);

    const cases = Array.from({ length: typesPerRound }, () => {
      const type = randomType(random, 4);
      return { type, values: [1, 2, 3].map(() => randomValue(random, type, registered.types)) };
    });
    await exchange(random, driver, registered, cases);
  },
);

/** Go allows no other type for this name. */
const refusal =
  /mismatch|wrong type|out of range|local (interface )?type|unsupported version|invalid length|encoding version/;

test("types that have changed decode, or are refused, as by Go", async () => {
  const random = new Random(4711);
  const registered = new RegisteredTypes(random, 10);
  await using driver = new Driver();
  await registered.register(driver);
  let refused = 0;
  for (let index = 0; index < 1000; index++) {
    const type = randomType(random, 4);
    const into = evolve(random, type);
    const values = [randomValue(random, type, registered.types)];
    const go = await driver.ask({ op: "encode", type: forDriver(type), into: forDriver(into), values });
    const note = `case ${index}: ${JSON.stringify(forDriver(type))} as ${JSON.stringify(forDriver(into))}`;
    expect(go.hex, `${note}: ${go.error}`).toBeDefined();
    const stream = Buffer.from(go.hex!.join(""), "hex");
    if (go.error !== undefined && refusal.test(go.error)) {
      refused++;
      expect(() => decodeInPieces(random, into, stream, registered), `${note}: ${go.error}`).toThrow(gob.GobError);
    } else if (go.error !== undefined) {
      // Go cannot always skip its own nil interfaces, and types defined inside a value.
      expect(decodeInPieces(random, into, stream, registered), `${note}: ${go.error}`).toHaveLength(1);
    } else expect(decodeInPieces(random, into, stream, registered), note).toEqual(go.dumps);
  }
  // Both outcomes must really occur.
  expect(refused).toBeGreaterThan(100);
  expect(refused).toBeLessThan(900);
});
