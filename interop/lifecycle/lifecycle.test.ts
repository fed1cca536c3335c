import { test } from "@go-plugin/test/sandbox";
import { describe, expect } from "vitest";
import { type LogEntry, type Run, runPairs } from "./run-pairs.js";

/** The part of a run that must be the same for hosts and plugins in either language. */
function outcome({ results, exited, exitCode, signal, stdout, stderr }: Run) {
  // The operating system words a broken connection, and the words vary between runs.
  const plain = results.map(({ error, ...result }) => ({ ...result, error: error?.replace(/^(14: ).*/s, "$1") }));
  return { results: plain, exited, exitCode, signal, stdout, stderr };
}

const nameOf = ({ host, plugin }: Run) => `${host} host, ${plugin} plugin`;

/** The plugin's log entries, without the parts that vary between runs and without the host's name for the plugin. */
function pluginEntries({ log }: Run, isWanted: (entry: LogEntry) => boolean): LogEntry[] {
  return log.filter(isWanted).map(({ "@timestamp": _, "@module": __, plugin: ___, timestamp, ...entry }) => ({
    ...entry,
    hasTimestamp: typeof timestamp === "string" && !timestamp.startsWith("0001"),
  }));
}

/** A Go host's own messages about the end of the plugin; ours differ (docs/decisions/0007). */
function endEntries({ log }: Run): LogEntry[] {
  return log
    .filter((entry) => /exited|gracefully|closing client/.test(String(entry["@message"])))
    .map((entry) => ({ level: entry["@level"], message: entry["@message"], error: entry.error }));
}

/** True when the host reports that it killed the plugin. */
function isForced({ log }: Run): boolean {
  return log.some((entry) => entry["@level"] === "warn" && entry["@message"] === "plugin failed to exit gracefully");
}

/** True when the host logs an error because the plugin exited by itself. */
function isUnexpected({ log }: Run): boolean {
  return log.some(
    (entry) => entry["@level"] === "error" && String(entry["@message"]).startsWith("plugin process exited"),
  );
}

function expectAsInGo(run: Run, reference: Run): void {
  expect(outcome(run), nameOf(run)).toEqual(outcome(reference));
  expect(isForced(run), nameOf(run)).toBe(isForced(reference));
  if (run.host === "Go") expect(endEntries(run), nameOf(run)).toEqual(endEntries(reference));
  expectClean(run);
}

/**
 * A plugin that a Go host kills cannot remove its socket. A Go plugin removes its socket only when it ends normally.
 */
function expectClean(run: Run): void {
  const { host, plugin, signal, leftovers } = run;
  if (host === "TypeScript" || (plugin === "TypeScript" && signal === undefined)) {
    expect(leftovers, nameOf(run)).toEqual([]);
  }
}

test("calls, errors and pings", async ({ sandbox }) => {
  const steps = ["version", "get version", "ping", "get fail bad input", "get nonsense", "get version", "kill"];
  const [go, ...others] = await runPairs(sandbox, { steps });
  expect(go.results[1]).toEqual({ step: "get version", value: "1" });
  expect(go.results[3]!.error).toBe("2: bad input");
  for (const run of others) expectAsInGo(run, go);
});

describe("versions", () => {
  const oldHost = ["env", "-u", "PLUGIN_PROTOCOL_VERSIONS"];

  for (const [title, offered, served, through = []] of [
    ["the greatest of several that both know", [1, 2, 3], "2,3,10"],
    ["the greatest as a number, not as a text", [9, 10], "9,10,11"],
    ["zero", [0], "0,1"],
    ["the lowest for an old host, which names none", [2, 3], "2,3", oldHost],
    ["entries that are no numbers are passed over", [2, 3], "2,3", ["env", "PLUGIN_PROTOCOL_VERSIONS=2, 3,x"]],
  ] as const) {
    test(title, async ({ sandbox }) => {
      const plan = { steps: ["version", "get version", "kill"], versions: offered, env: { FIXTURE_VERSIONS: served } };
      const [go, ...others] = await runPairs(sandbox, { ...plan, through });
      expect(go.results[0]!.value).toBe(go.results[1]!.value);
      for (const run of others) expectAsInGo(run, go);
    });
  }

  for (const [title, offered, served, through = []] of [
    ["a plugin that is too new", [1], "2,3"],
    ["a plugin that is too old", [5], "3,4"],
    ["a plugin that takes the host for an old one", [3], "2,3", oldHost],
  ] as const) {
    test(`${title} is refused with Go's words`, async ({ sandbox }) => {
      const plan = { steps: [], versions: offered, env: { FIXTURE_VERSIONS: served }, through };
      const [go, ...others] = await runPairs(sandbox, plan);
      const error = go.results[0]!.error!;
      expect(error).toContain("incompatible API version");
      for (const run of others) {
        // A TypeScript host adds advice and what it knows of the plugin.
        expect(run.results, nameOf(run)).toEqual([{ step: "start", error: expect.stringContaining(error) }]);
        expectClean(run);
      }
    });
  }
});

describe("output", () => {
  test("of 100 MB on stdout and some on stderr arrives whole", async ({ sandbox }) => {
    const bytes = 100 * 1024 * 1024;
    const waits = [`wait-stdout ${bytes}`, `wait-stderr ${bytes / 64}`];
    const steps = [`get stdout ${bytes}`, `get stderr ${bytes / 64}`, ...waits, "get version", "kill"];
    const [go, ...others] = await runPairs(sandbox, { steps });
    expect(go.stdout.bytes).toBe(bytes);
    for (const run of others) expectAsInGo(run, go);
  });

  test("in lines is kept apart from the log", async ({ sandbox }) => {
    const steps = ["get print alpha", "get print-error beta", "get print gamma", "wait-stdout 12", "wait-stderr 5"];
    const [go, ...others] = await runPairs(sandbox, { steps });
    expect(go.stdout.start).toBe("alpha\ngamma\n");
    for (const run of others) {
      expectAsInGo(run, go);
      expect(run.raw, nameOf(run)).not.toMatch(/alpha|beta|gamma/);
    }
  });

  test("just before the end arrives from a TypeScript plugin, which Go does not promise", async ({ sandbox }) => {
    const runs = await runPairs(sandbox, { steps: [`get stdout ${4 * 1024 * 1024}`, "get print last", "kill"] });
    for (const run of runs.filter(({ plugin }) => plugin === "TypeScript")) {
      expect(run.stdout.bytes, nameOf(run)).toBe(4 * 1024 * 1024 + "last\n".length);
      expect(run.exitCode, nameOf(run)).toBe(0);
    }
  });
});

test("log entries have their levels and fields", async ({ sandbox }) => {
  const [go, ...others] = await runPairs(sandbox, { steps: ["get log some text", "kill"] });
  const logged = (entry: LogEntry) => / entry$/.test(String(entry["@message"]));
  const levels = pluginEntries(go, logged).map((entry) => entry["@level"]);
  expect(levels).toEqual(["trace", "debug", "info", "warn", "error"]);
  const address = (entry: LogEntry) => entry["@message"] === "plugin address";
  const withoutPath = (run: Run) => pluginEntries(run, address).map((entry) => ({ ...entry, address: "" }));
  for (const run of others) {
    expect(pluginEntries(run, logged), nameOf(run)).toEqual(pluginEntries(go, logged));
    expect(withoutPath(run), nameOf(run)).toEqual(withoutPath(go));
  }
});

describe("the end", () => {
  const outlives = { steps: ["ping", "kill"], fixture: "plugin-outlives-serve" };

  test("a plugin that ignores all but SIGKILL is killed", async ({ sandbox }) => {
    const env = { FIXTURE_OUTLIVES_SERVE: "yes", FIXTURE_IGNORES_SIGTERM: "yes" };
    const [go, ...others] = await runPairs(sandbox, { ...outlives, env });
    expect(go).toMatchObject({ signal: "killed", exitCode: -1 });
    for (const run of others) expectAsInGo(run, go);
  });

  test("a plugin that does not end in time is ended by SIGTERM, where Go's host kills it", async ({ sandbox }) => {
    const [go, ...others] = await runPairs(sandbox, { ...outlives, env: { FIXTURE_OUTLIVES_SERVE: "yes" } });
    expect(go).toMatchObject({ signal: "killed", exitCode: -1 });
    for (const run of others) expectAsInGo(run, run.host === "Go" ? go : { ...go, signal: "terminated" });
  });

  test("a plugin whose own code keeps handles open ends by itself", async ({ sandbox }) => {
    const plan = { steps: ["ping", "kill", "kill"], fixture: "plugin-keeps-handles-open" };
    const [go, ...others] = await runPairs(sandbox, plan);
    expect(go).toMatchObject({ exitCode: 0 });
    for (const run of others) expectAsInGo({ ...run, stdout: go.stdout, stderr: go.stderr }, go);
  });

  test("a call in flight does not keep it", async ({ sandbox }) => {
    const steps = ["start-get hang-for-ever", "get version", "kill"];
    const [go, ...others] = await runPairs(sandbox, { steps });
    expect(go).toMatchObject({ exitCode: 0 });
    for (const run of others) expectAsInGo(run, go);
  });

  test("SIGINT is ignored", async ({ sandbox }) => {
    const steps = ["signal SIGINT", "wait-log interrupt", "get version", "kill"];
    const [go, ...others] = await runPairs(sandbox, { steps });
    expect(go).toMatchObject({ exitCode: 0 });
    const ignored = (entry: LogEntry) => /interrupt/.test(String(entry["@message"]));
    for (const run of others) {
      expectAsInGo(run, go);
      expect(pluginEntries(run, ignored), nameOf(run)).toEqual(pluginEntries(go, ignored));
    }
  });

  test("SIGKILL shows in the exit state, and in the calls", async ({ sandbox }) => {
    const steps = ["signal SIGKILL", "wait-exit", "get version", "ping", "kill"];
    const [go, ...others] = await runPairs(sandbox, { steps });
    expect(go).toMatchObject({ signal: "killed", exitCode: -1 });
    for (const run of others) {
      expectAsInGo(run, go);
      expect(isUnexpected(run), nameOf(run)).toBe(isUnexpected(go));
    }
  });

  test("an exit in a call fails the call, and the code reaches the host", async ({ sandbox }) => {
    const steps = ["get exit 7", "wait-exit", "get version", "ping", "kill"];
    const [go, ...others] = await runPairs(sandbox, { steps });
    expect(go).toMatchObject({ exitCode: 7 });
    expect(go.results[0]!.error).toMatch(/^14: /);
    for (const run of others) {
      expectAsInGo(run, go);
      expect(isUnexpected(run), nameOf(run)).toBe(isUnexpected(go));
    }
  });
});

test("a crash is in the log as an error, with its stack", async ({ sandbox }) => {
  const runs = await runPairs(sandbox, { steps: ["get panic the disk is full", "wait-exit"] });
  for (const run of runs) {
    expect(run.exitCode, nameOf(run)).toBeGreaterThan(0);
    const stack = run.raw.slice(run.raw.indexOf("panic: ")).trimEnd();
    expect(stack, nameOf(run)).toMatch(/^panic: .*the disk is full.*(main\.go|plugin-on-command\.js|commands\.ts)/s);
    const errors = run.log.filter((entry) => entry["@level"] === "error").map((entry) => entry["@message"]);
    expect(errors.join("\n"), nameOf(run)).toContain(stack);
  }
});
