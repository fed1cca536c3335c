import { fixture } from "@go-plugin/test/build-fixtures";
import { pluginRuntime } from "@go-plugin/test/runtime";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { test } from "../src/example-place.js";

test("HashiCorp's bidirectional host runs a counter in worker threads, which have the host add", async ({ place }) => {
  const outcome = async (plugin: string) => {
    const { run } = place();
    const host = (...args: string[]) => run("bidirectional-host", args, { COUNTER_PLUGIN: `exec ${plugin}` });
    return [await host("put", "hello", "1"), await host("put", "hello", "41"), await host("get", "hello")];
  };
  const go = await outcome(goProgram("bidirectional-plugin"));
  expect(go).toEqual(["", "", "42\n"]);
  expect(await outcome(`${pluginRuntime.join(" ")} ${fixture("counts-in-threads")}`)).toEqual(go);
});
