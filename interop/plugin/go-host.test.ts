import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "@go-plugin/test/sandbox";
import { describe, expect } from "vitest";
import { type LogEntry, type Report, runGoHost } from "./run-go-host.js";

/** What has to be the same, whatever the plugin is written in. */
function outcome({ results, exited, exitCode, signal, stdout, stderr }: Report) {
  // How a connection breaks is told in the words of the operating system, and they vary from run to run.
  const plain = results.map(({ error, ...result }) => ({
    ...result,
    error: error?.replace(/^(Unavailable: ).*/, "$1"),
  }));
  return { results: plain, exited, exitCode, signal, stdout, stderr };
}

/** A Go host kills in some cases without a word before: no plugin can clean up after that. */
function removeSockets(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
}

/** Entries that the plugin itself has logged, without what differs from run to run. */
function pluginEntries({ log }: Report, isWanted: (entry: LogEntry) => boolean): LogEntry[] {
  return log.filter(isWanted).map(({ "@timestamp": _, timestamp, "@module": module, ...entry }) => ({
    ...entry,
    hasModule: typeof module === "string",
    hasTimestamp: typeof timestamp === "string" && !timestamp.startsWith("0001"),
  }));
}

/** The host's own words on how the plugin ended. */
function endEntries({ log }: Report): LogEntry[] {
  return log
    .filter((entry) => /exited|gracefully|closing client/.test(String(entry["@message"])))
    .map((entry) => ({ level: entry["@level"], message: entry["@message"], error: entry.error }));
}

test("calls, errors and pings", async ({ sandbox }) => {
  const steps = ["version", "get version", "ping", "get fail bad input", "get nonsense", "get version", "kill"];
  const { go, ours } = await runGoHost(sandbox, { steps });
  expect(go.results[1]).toEqual({ step: "get version", value: "1" });
  expect(go.results[3]!.error).toBe("Unknown: bad input");
  expect(outcome(ours)).toEqual(outcome(go));
  expect(endEntries(ours)).toEqual(endEntries(go));
});

describe("versions", () => {
  for (const [host, plugin] of [
    [[1, 2, 3], "2,3,10"],
    [[9, 10], "9,10,11"],
    [[0], "0,1"],
  ] as const) {
    test(`${host} and ${plugin} agree as Go does`, async ({ sandbox }) => {
      const steps = ["version", "get version", "kill"];
      const { go, ours } = await runGoHost(sandbox, { steps, versions: host, env: { FIXTURE_VERSIONS: plugin } });
      expect(go.results[0]!.value).toBe(go.results[1]!.value);
      expect(outcome(ours)).toEqual(outcome(go));
    });
  }

  for (const [host, plugin] of [
    [[1], "2,3"],
    [[5], "3,4"],
  ] as const) {
    test(`${host} and ${plugin} disagree with Go's words`, async ({ sandbox }) => {
      const env = { FIXTURE_VERSIONS: plugin };
      const { go, ours } = await runGoHost(sandbox, { steps: [], versions: host, env });
      expect(go.results[0]!.error).toContain("incompatible API version");
      expect(ours.results).toEqual(go.results);
      removeSockets(sandbox.directory);
    });
  }
});

describe("output", () => {
  test("of 100 MB on stdout and some on stderr arrives whole", async ({ sandbox }) => {
    const bytes = 100 * 1024 * 1024;
    const waits = [`wait-stdout ${bytes}`, `wait-stderr ${bytes / 64}`];
    const steps = [`get stdout ${bytes}`, `get stderr ${bytes / 64}`, ...waits, "get version", "kill"];
    const { go, ours } = await runGoHost(sandbox, { steps });
    expect(go.stdout.bytes).toBe(bytes);
    expect(outcome(ours)).toEqual(outcome(go));
  });

  test("in lines is kept apart from the log", async ({ sandbox }) => {
    const steps = ["get print alpha", "get print-error beta", "get print gamma", "wait-stdout 12", "kill"];
    const { go, ours } = await runGoHost(sandbox, { steps });
    expect(go.stdout.start).toBe("alpha\ngamma\n");
    expect(outcome(ours)).toEqual(outcome(go));
    expect(ours.raw).not.toMatch(/alpha|beta|gamma/);
  });

  test("just before the end arrives, which Go does not promise", async ({ sandbox }) => {
    const { ours } = await runGoHost(sandbox, { steps: [`get stdout ${4 * 1024 * 1024}`, "get print last", "kill"] });
    expect(ours.stdout.bytes).toBe(4 * 1024 * 1024 + "last\n".length);
    expect(ours.exitCode).toBe(0);
  });
});

test("log entries have their levels and fields", async ({ sandbox }) => {
  const { go, ours } = await runGoHost(sandbox, { steps: ["get log some text", "kill"] });
  const wanted = (entry: LogEntry) => / entry$/.test(String(entry["@message"]));
  expect(pluginEntries(go, wanted).map((entry) => entry["@level"])).toEqual([
    "trace",
    "debug",
    "info",
    "warn",
    "error",
  ]);
  expect(pluginEntries(ours, wanted)).toEqual(pluginEntries(go, wanted));
  const address = (entry: LogEntry) => entry["@message"] === "plugin address";
  const withoutPath = (report: Report) => pluginEntries(report, address).map((entry) => ({ ...entry, address: "" }));
  expect(withoutPath(ours)).toEqual(withoutPath(go));
});

describe("the end", () => {
  test("a plugin that does not end in time is killed", async ({ sandbox }) => {
    const plan = { steps: ["ping", "kill"], env: { FIXTURE_OUTLIVES_SERVE: "yes" } };
    const { go, ours } = await runGoHost(sandbox, plan, "plugin-outlives-serve");
    expect(go).toMatchObject({ signal: "killed", exitCode: -1 });
    expect(outcome(ours)).toEqual(outcome(go));
    expect(endEntries(ours)).toEqual(endEntries(go));
  });

  test("a plugin whose own code keeps handles open is not", async ({ sandbox }) => {
    const { go, ours } = await runGoHost(sandbox, { steps: ["kill"] }, "plugin-keeps-handles-open");
    expect(go).toMatchObject({ exitCode: 0 });
    expect(outcome(ours)).toEqual(outcome(go));
    expect(endEntries(ours)).toEqual(endEntries(go));
  });

  test("a call in flight does not keep it", async ({ sandbox }) => {
    const { go, ours } = await runGoHost(sandbox, { steps: ["start-get hang-for-ever", "get version", "kill"] });
    expect(go).toMatchObject({ exitCode: 0 });
    expect(outcome(ours)).toEqual(outcome(go));
    expect(endEntries(ours)).toEqual(endEntries(go));
  });

  test("SIGINT is ignored", async ({ sandbox }) => {
    const { go, ours } = await runGoHost(sandbox, {
      steps: ["signal SIGINT", "wait-log interrupt", "get version", "kill"],
    });
    expect(go).toMatchObject({ exitCode: 0 });
    expect(outcome(ours)).toEqual(outcome(go));
    const ignored = (entry: LogEntry) => /interrupt/.test(String(entry["@message"]));
    expect(pluginEntries(ours, ignored)).toEqual(pluginEntries(go, ignored));
  });

  test("SIGKILL shows in the exit state, and in the calls", async ({ sandbox }) => {
    const { go, ours } = await runGoHost(sandbox, { steps: ["signal SIGKILL", "wait-exit"] }, "plugin-on-command");
    expect(go).toMatchObject({ signal: "killed", exitCode: -1 });
    expect(outcome(ours)).toEqual(outcome(go));
    expect(endEntries(ours)).toEqual(endEntries(go));
    removeSockets(sandbox.directory);
  });

  test("an exit in a call fails the call, and the code reaches the host", async ({ sandbox }) => {
    const { go, ours } = await runGoHost(sandbox, { steps: ["get exit 7", "wait-exit"] });
    expect(go).toMatchObject({ exitCode: 7 });
    expect(outcome(ours)).toEqual(outcome(go));
    expect(endEntries(ours)).toEqual(endEntries(go));
  });
});

test("a crash is in the log as an error, with its stack", async ({ sandbox }) => {
  const { go, ours } = await runGoHost(sandbox, { steps: ["get panic the disk is full", "wait-exit"] });
  for (const report of [go, ours]) {
    expect(report.exitCode).toBeGreaterThan(0);
    const errors = report.log.filter((entry) => entry["@level"] === "error" && entry["@module"] !== undefined);
    const text = errors.map((entry) => entry["@message"]).join("\n");
    expect(text).toMatch(/^panic: .*the disk is full/);
    expect(text).toMatch(/main\.go|plugin-on-command\.js/);
  }
});
