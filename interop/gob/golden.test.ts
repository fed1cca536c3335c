import { fileURLToPath } from "node:url";
import * as gob from "@go-plugin/gob";
import { describe, expect, test } from "vitest";
import { registry } from "../../packages/gob/src/golden/types.js";
import { goldenValues } from "../../packages/gob/src/golden/values.js";
import { type Answer, Driver, printVector } from "./driver.js";

const file = fileURLToPath(new URL("../../packages/gob/src/golden/vectors.json", import.meta.url));

test("the golden vectors are what Go sends (vitest --update writes them)", async () => {
  await using driver = new Driver();
  const { names } = await driver.ask({ op: "vectors" });
  const vectors: Record<string, Answer> = {};
  for (const name of names!) vectors[name] = await printVector(name);
  await expect(`${JSON.stringify(vectors, null, 2)}\n`).toMatchFileSnapshot(file);
});

describe("Go decodes as its own what TypeScript encodes", () => {
  test.each(Object.entries(goldenValues))("%s", async (name, { type, values }) => {
    await using driver = new Driver();
    const own = await driver.ask({ op: "vector", name });
    const encoder = new gob.Encoder({ registry });
    for (const value of values) encoder.write(type, value as never);
    const ours = await driver.ask({ op: "decode-vector", name, hex: Buffer.from(encoder.take()).toString("hex") });
    expect(ours).toEqual(await driver.ask({ op: "decode-vector", name, hex: own.hex!.join("") }));
    expect(ours.error).toBeUndefined();
    expect(ours.dumps).toHaveLength(values.length);
  });
});
