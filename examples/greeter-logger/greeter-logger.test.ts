import { describe, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";

const hosts = {
  Go: [goProgram("greeter-logger-host")],
  TypeScript: [process.execPath, example("greeter-logger/dist/host.js")],
} as const;
const plugins = { Go: goProgram("greeter-logger-plugin"), TypeScript: example("greeter-logger/dist/plugin.js") };

const pairs = [
  ["Go", "Go"],
  ["TypeScript", "Go"],
  ["Go", "TypeScript"],
  ["TypeScript", "TypeScript"],
] as const;

describe.each([
  ["plain", []],
  ["multiplexed", ["--multiplex"]],
] as const)("greeter-logger, %s", (_, flags) => {
  const greet = (host: keyof typeof hosts, plugin: keyof typeof plugins) =>
    run([...hosts[host], ...flags, plugins[plugin]]);

  test.each(pairs)("the plugin of a %s host calls back into it: the plugin is in %s", async (host, plugin) => {
    expect(await greet(host, plugin)).toEqual({
      code: 0,
      stdout: "plugin: greeting Ada\nHello, Ada!\nplugin: greeting Grace\nHello, Grace!\n",
      stderr: "",
    });
  });
});

describe("greeter-logger over net/rpc", () => {
  const hosts = {
    Go: [goProgram("greeter-logger-netrpc-host")],
    TypeScript: [process.execPath, example("greeter-logger/dist/netrpc/host.js")],
  } as const;
  const plugins = {
    Go: goProgram("greeter-logger-netrpc-plugin"),
    TypeScript: example("greeter-logger/dist/netrpc/plugin.js"),
  };

  test.each(pairs)("the plugin of a %s host calls back into it: the plugin is in %s", async (host, plugin) => {
    expect(await run([...hosts[host], plugins[plugin]])).toEqual({
      code: 0,
      stdout: "Log: Greeted Bob\nHello, Bob!\n",
      // The yamux of a Go host may log that the connection ended during its shutdown.
      stderr: host === "Go" ? expect.any(String) : "",
    });
  });
});
