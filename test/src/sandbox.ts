import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { test as base, expect } from "vitest";

/** The place where a test runs plugins. It finds what they leave behind. */
export interface Sandbox {
  /** TMPDIR of the plugins: sockets and temporary directories end up there. */
  readonly directory: string;
  /** Environment for each plugin. Child processes inherit it, so that a test finds all of them. */
  readonly env: NodeJS.ProcessEnv;
  /** Pids of the processes that run with `env`. */
  pids(): number[];
  /** Waits until no process with `env` is left, nothing in `directory`, and no handle in this process. */
  expectNoLeftovers(): Promise<void>;
}

const marker = "GO_PLUGIN_TEST_SANDBOX";

/** Kinds of handles that a plugin could leave in its host. The test runner's own are of other kinds. */
const watchedResources = ["PipeWrap", "ProcessWrap", "TCPSocketWrap", "PipeConnectWrap", "TCPConnectWrap", "Timeout"];

function createSandbox(): Sandbox & { remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "sandbox-"));
  const id = randomUUID();
  const before = countHandles();
  const pids = () => pidsWithEnvironment(`${marker}=${id}`);
  return {
    directory,
    env: { TMPDIR: directory, [marker]: id },
    pids,
    async expectNoLeftovers() {
      const deadline = performance.now() + 10_000;
      for (;;) {
        try {
          expect(pids().map(commandLine), "processes that are left").toEqual([]);
          expect(readdirSync(directory), "files that are left").toEqual([]);
          for (const [kind, count] of Object.entries(countHandles())) {
            expect(count, `handles of kind ${kind} that are left`).toBeLessThanOrEqual(before[kind] ?? 0);
          }
          return;
        } catch (error) {
          if (performance.now() > deadline) throw error;
          await delay(20);
        }
      }
    },
    remove() {
      for (const pid of pids()) process.kill(pid, "SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A test with a sandbox, which fails when it leaves something behind. */
export const test = base.extend<{ sandbox: Sandbox }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the parameter's names
  sandbox: async ({}, use) => {
    const sandbox = createSandbox();
    try {
      await use(sandbox);
      await sandbox.expectNoLeftovers();
    } finally {
      sandbox.remove();
    }
  },
});

function countHandles(): Record<string, number> {
  const counts: Record<string, number> = { exitListeners: process.listenerCount("exit") };
  for (const kind of process.getActiveResourcesInfo()) {
    if (watchedResources.includes(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function pidsWithEnvironment(entry: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readProc(pid, "environ").split("\0").includes(entry));
}

function commandLine(pid: number): string {
  return `${pid}: ${readProc(pid, "cmdline").replaceAll("\0", " ")}`;
}

/** Empty for a process that has ended, even if it is a zombie. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
