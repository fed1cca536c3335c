import { fileURLToPath } from "node:url";
import * as gob from "@go-plugin/gob";
import { describe, expect, test } from "vitest";
import { registry } from "../../packages/gob/src/golden/types.js";
import { goldenValues } from "../../packages/gob/src/golden/values.js";
import { Driver, printVector } from "./driver.js";

test.each(["vectors", "transcripts"])("the golden %s are what Go sends (vitest --update writes them)", async (kind) => {
  const file = fileURLToPath(new URL(`../../packages/gob/src/golden/${kind}.jsonl`, import.meta.url));
  await using driver = new Driver();
  const { names } = await driver.ask({ op: kind });
  const lines: string[] = [];
  for (const name of names!) lines.push(JSON.stringify({ name, ...(await printVector(name)) }));
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(file);
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
