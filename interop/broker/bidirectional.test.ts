import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "@go-plugin/host";
import { fixture } from "@go-plugin/test/build-fixtures";
import { pluginRuntime } from "@go-plugin/test/runtime";
import { expect } from "vitest";
import { addHelperService, counterPlugins } from "../bidirectional/shared.js";
import { goProgram } from "../src/build-go.js";
import { test } from "../src/example-place.js";

const goPlugin = goProgram("bidirectional-plugin");
const ourPlugin = `${pluginRuntime.join(" ")} ${fixture("plugin-twin-of-bidirectional")}`;

test("HashiCorp's bidirectional host runs our counter, which has the host add", async ({ place }) => {
  const outcome = async (plugin: string) => {
    const { folder, run } = place();
    const host = (...args: string[]) => run("bidirectional-host", args, { COUNTER_PLUGIN: `exec ${plugin}` });
    const put = [await host("put", "hello", "1"), await host("put", "hello", "41")];
    return { put, got: await host("get", "hello"), stored: readFileSync(join(folder, "kv_hello"), "utf8") };
  };
  const go = await outcome(goPlugin);
  expect(go).toEqual({ put: ["", ""], got: "42\n", stored: '{"Value":42}' });
  expect(await outcome(ourPlugin)).toEqual(go);
});

for (const multiplex of [false, true]) {
  const how = multiplex ? "multiplexed" : "plain";
  test(`our host runs HashiCorp's counter, which has the host add, ${how}`, async ({ place, sandbox }) => {
    const { folder } = place();
    await using plugin = await launch(counterPlugins, { command: goPlugin, cwd: folder, env: sandbox.env, multiplex });
    const counter = await plugin.dispense("counter");
    const sums: string[] = [];
    for (const value of [1n, 41n]) {
      await using helper = plugin.broker.serve(addHelperService, {
        sum({ a, b }) {
          sums.push(`${a} + ${b}`);
          return { r: a + b };
        },
      });
      await counter.put({ addServer: helper.id, key: "hello", value });
    }
    expect(await counter.get({ key: "hello" })).toEqual({ value: 42n });
    expect(sums).toEqual(["0 + 1", "1 + 41"]);
  });
}
