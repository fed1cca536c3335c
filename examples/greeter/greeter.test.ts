import { describe, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";

const overGrpc = {
  host: { Go: [goProgram("greeter-host")], TypeScript: [process.execPath, example("greeter/dist/host.js")] },
  plugin: { Go: goProgram("greeter-plugin"), TypeScript: example("greeter/dist/plugin.js") },
} as const;
const overNetRpc = {
  host: {
    Go: [goProgram("greeter-netrpc-host")],
    TypeScript: [process.execPath, example("greeter/dist/netrpc/host.js")],
  },
  plugin: { Go: goProgram("greeter-netrpc-plugin"), TypeScript: example("greeter/dist/netrpc/plugin.js") },
} as const;

const pairs = [
  ["TypeScript", "Go"],
  ["Go", "TypeScript"],
  ["TypeScript", "TypeScript"],
] as const;

describe("greeter", () => {
  const greet = (host: "Go" | "TypeScript", plugin: "Go" | "TypeScript") =>
    run([...overGrpc.host[host], overGrpc.plugin[plugin]]);

  test.each(pairs)("a %s host and a %s plugin do what they do in Go", async (host, plugin) => {
    const inGo = await greet("Go", "Go");
    expect(inGo).toMatchObject({ code: 0, stdout: expect.stringContaining("Ada"), stderr: "greeting Ada\n" });
    expect(await greet(host, plugin)).toEqual(inGo);
  });
});

describe("greeter over net/rpc", () => {
  test.each([["Go", "Go"], ...pairs] as const)("a %s host and a %s plugin", async (host, plugin) => {
    expect(await run([...overNetRpc.host[host], overNetRpc.plugin[plugin]])).toEqual({
      code: 0,
      stdout: "Hello, Alice!\n",
      // The yamux of a Go host may log that the connection ended during its shutdown.
      stderr: host === "Go" ? expect.any(String) : "",
    });
  });
});
