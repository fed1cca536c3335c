import { describe, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";

const hosts = {
  Go: [goProgram("greeter-host")],
  TypeScript: [process.execPath, example("greeter/dist/host.js")],
} as const;
const plugins = { Go: goProgram("greeter-plugin"), TypeScript: example("greeter/dist/plugin.js") };

const greet = (host: keyof typeof hosts, plugin: keyof typeof plugins) => run([...hosts[host], plugins[plugin]]);

describe("greeter", () => {
  test.each([
    ["TypeScript", "Go"],
    ["Go", "TypeScript"],
    ["TypeScript", "TypeScript"],
  ] as const)("a %s host and a %s plugin do what they do in Go", async (host, plugin) => {
    const inGo = await greet("Go", "Go");
    expect(inGo).toMatchObject({ code: 0, stdout: expect.stringContaining("Ada"), stderr: "greeting Ada\n" });
    expect(await greet(host, plugin)).toEqual(inGo);
  });
});
