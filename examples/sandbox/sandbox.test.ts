import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RunnerFunction } from "@go-plugin/host";
import { ChildRunner } from "@go-plugin/test/child-runner";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";
import { bubblewrap } from "./src/bubblewrap.js";
import { greet } from "./src/greet.js";

/** The reason why bubblewrap does not work on this machine, if it does not. */
function sandboxProblem(): string | undefined {
  const { error, status, stderr } = spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"], {
    encoding: "utf8",
  });
  return error ? `no bwrap: ${error.message}` : status === 0 ? undefined : `bwrap is refused: ${stderr.trim()}`;
}

const problem = sandboxProblem();
const how = problem ? `as a child process, since there is no sandbox here (${problem})` : "in a sandbox";
const runner: RunnerFunction = problem ? (command) => new ChildRunner(command) : bubblewrap;
const plugins = { TypeScript: example("greeter-logger/dist/plugin.js"), Go: goProgram("greeter-logger-plugin") };

const directory = mkdtempSync(join(tmpdir(), "sandbox-example-"));
beforeAll(() => {
  vi.stubEnv("TMPDIR", directory);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

test.each(["TypeScript", "Go"] as const)(`the %s plugin greets, and calls back, ${how}`, async (language) => {
  const { greeting, messages, address } = await greet("Ada", plugins[language], runner);
  expect({ greeting, messages }).toEqual({ greeting: "Hello, Ada!", messages: ["greeting Ada"] });
  expect(dirname(dirname(address))).toBe(directory);
  expect(readdirSync(directory)).toEqual([]);
});

test(`without translation nothing is reached, ${how}`, async () => {
  const untranslated: RunnerFunction = async (command) =>
    Object.assign(await runner(command), { pluginToHost: (address: object) => address });
  await expect(greet("Ada", plugins.TypeScript, untranslated)).rejects.toMatchObject({ code: "ERR_PLUGIN_CONNECT" });
  expect(readdirSync(directory)).toEqual([]);
});

test(
  problem ? `the host says why there is no sandbox (${problem})` : "the host prints what the plugin says",
  async () => {
    const { code, stdout, stderr } = await run([process.execPath, example("sandbox/dist/host.js"), plugins.TypeScript]);
    if (problem) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/bwrap/);
    } else {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^plugin: greeting Ada\nHello, Ada!\nThe plugin listened at /);
    }
  },
);
