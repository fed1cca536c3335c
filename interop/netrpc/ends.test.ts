import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fixture } from "@go-plugin/test/build-fixtures";
import { hostRuntime } from "@go-plugin/test/runtime";
import { test as inSandbox, type Sandbox } from "@go-plugin/test/sandbox";
import { describe, expect, test } from "vitest";
import { goProgram } from "../src/build-go.js";
import { referenceFor } from "./reference.js";
import { type Plan, pairs, pluginCommand, runPair } from "./run-pair.js";

const plans: readonly (readonly [string, Plan])[] = [
  ["is killed in mid-call", { scenarios: ["killed"] }],
  ["exits in mid-call", { scenarios: ["exits"] }],
  ["panics in mid-call", { scenarios: ["panics"] }],
  ["is closed in mid-call", { scenarios: ["left-in-flight"] }],
  ["goes on after Quit, and is killed", { scenarios: ["left-in-flight"], args: ["--outlives-serve"] }],
];

// A plugin that ignores Quit delays its host by two seconds.
describe.concurrent.each(plans)("a plugin that %s", (_, plan) => {
  test.for(pairs)("is for a %s host, in %s, what it is for Go", async ([host, plugin], { expect }) => {
    const [run, reference] = await Promise.all([runPair([host, plugin], plan), referenceFor(plan)]);
    expect(run.outcomes).toEqual(reference.outcomes);
    expect(run.end.exited).toBe(true);
    expect(run.end.inFlight).toEqual(reference.end.inFlight);
    // Go's plugin may exit before it has answered Quit; its host then kills it.
    const forced = plan.scenarios[0] !== "left-in-flight" || plan.args !== undefined;
    if (plugin === "TypeScript" || forced) expect(run.end.forced).toBe(forced);
    // A Go host leaves the socket of a plugin that had no time to remove it.
    if (host === "TypeScript" || !forced) expect(run.leftovers).toEqual([]);
  });
});

/** Starts a host that prints a line when its plugin has started, and then does nothing. */
async function startHost(command: readonly string[], sandbox: Sandbox) {
  const host = spawn(command[0]!, command.slice(1), {
    env: { ...process.env, ...sandbox.env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  await once(createInterface(host.stdout), "line");
  expect(sandbox.pids().length).toBeGreaterThan(1);
  return host;
}

// The sandbox checks that the plugin and its socket file are gone.
describe("a plugin does not outlive", () => {
  const goHost = [goProgram("netrpc-host"), "-detach", ...pluginCommand("TypeScript")];
  const ourHost = (language: "Go" | "TypeScript") => {
    const [command, ...args] = pluginCommand(language);
    const options = { command, args, endWithHost: language === "Go" };
    return [...hostRuntime, fixture("hosts-netrpc-plugin"), JSON.stringify(options)];
  };

  inSandbox.for([
    ["a Go host that is killed", goHost],
    ["a TypeScript host that is killed", ourHost("TypeScript")],
    ["a TypeScript host that is killed, in Go, when the host asked for that", ourHost("Go")],
  ] as const)("%s", async ([, command], { sandbox }) => {
    const host = await startHost(command, sandbox);
    host.kill("SIGKILL");
    await once(host, "exit");
  });

  inSandbox("a Go host that ends without a word", async ({ sandbox }) => {
    const host = await startHost(goHost, sandbox);
    host.stdin!.end();
    expect(await once(host, "exit")).toEqual([0, null]);
  });
});
