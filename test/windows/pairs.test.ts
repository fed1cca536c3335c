import assert from "node:assert/strict";
import { test } from "node:test";
import { example, goProgram, run } from "./support.js";

/** Each pair prints the same as Go with Go. */
for (const [what, name, script] of [
  ["greeter over gRPC", "greeter", "greeter/dist"],
  ["greeter over net/rpc", "greeter-netrpc", "greeter/dist/netrpc"],
  ["greeter-logger, which calls back, over gRPC", "greeter-logger", "greeter-logger/dist"],
  ["greeter-logger over net/rpc", "greeter-logger-netrpc", "greeter-logger/dist/netrpc"],
] as const) {
  test(what, async (t) => {
    const hosts = { Go: [goProgram(`${name}-host`)], TypeScript: [process.execPath, example(`${script}/host.js`)] };
    const plugins = {
      Go: [goProgram(`${name}-plugin`)],
      TypeScript: [process.execPath, example(`${script}/plugin.js`)],
    };
    const inGo = await run([...hosts.Go, ...plugins.Go]);
    assert.equal(inGo.code, 0, inGo.stderr);
    for (const [host, plugin] of [
      ["TypeScript", "Go"],
      ["Go", "TypeScript"],
      ["TypeScript", "TypeScript"],
    ] as const) {
      await t.test(`${host} host, ${plugin} plugin`, async () => {
        const { code, stdout, stderr } = await run([...hosts[host], ...plugins[plugin]]);
        assert.deepEqual({ code, stdout }, { code: 0, stdout: inGo.stdout }, stderr);
      });
    }
  });
}
