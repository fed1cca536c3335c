import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";

const plugins = { Go: goProgram("host-upgrade-plugin"), TypeScript: example("host-upgrade/dist/plugin.js") };

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "host-upgrade-"));
  file = join(directory, "plugin.json");
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs a host as a process of its own, with its sockets and files in the directory. */
async function host(plugin: keyof typeof plugins, ...flags: string[]) {
  const command = [process.execPath, example("host-upgrade/dist/host.js"), ...flags, file, plugins[plugin]] as const;
  const { code, stdout, stderr } = await run([...command], { env: { TMPDIR: directory } });
  const [, pid, how, total] = /^plugin (\d+) (.*), total (\d+)\n$/.exec(stdout) ?? [];
  return { code, pid: Number(pid), how, total: Number(total), stderr };
}

/** A zombie does not count as running. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

describe.each(["TypeScript", "Go"] as const)("a plugin in %s", (language) => {
  test("keeps its state from host to host, and nothing is left at the end", async () => {
    const first = await host(language);
    expect(first).toMatchObject({ code: 0, how: "started", total: 1, stderr: "" });
    expect(isRunning(first.pid)).toBe(true);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: first.pid, protocol: "grpc", version: 1 });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const { pid } = first;
    expect(await host(language)).toEqual({ code: 0, pid, how: "taken over", total: 2, stderr: "" });
    expect(await host(language, "--last")).toEqual({ code: 0, pid, how: "taken over", total: 3, stderr: "" });
    expect(isRunning(pid)).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("that has ended meanwhile is started anew", async () => {
    const first = await host(language);
    process.kill(first.pid, "SIGKILL");
    const next = await host(language, "--last");
    expect(next).toMatchObject({ code: 0, how: "started", total: 1 });
    expect(next.stderr).toContain(`there is no process ${first.pid}`);
    expect(next.pid).not.toBe(first.pid);
    expect(existsSync(file)).toBe(false);
  });
});
