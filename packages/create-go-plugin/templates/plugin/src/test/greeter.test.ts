import assert from "node:assert/strict";
import { test } from "node:test";
import { testPlugin } from "@go-plugin/proto/testing";
import { greeter } from "../greeter.js";
import { greeterPlugins } from "../shared.js";

test("greets and counts down", async () => {
  await using plugin = await testPlugin(greeterPlugins, { 1: { greeter } });
  const client = await plugin.dispense("greeter");
  assert.deepEqual(await client.greet({ name: "Ada" }), { greeting: "Hello, Ada!" });
  const counted: number[] = [];
  for await (const { left } of client.countDown({ from: 3 })) counted.push(left);
  assert.deepEqual(counted, [3, 2, 1]);
});
