import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import { fixture } from "../src/build-fixtures.js";
import { hostRuntime, pluginRuntime } from "../src/runtime.js";
import { type Sandbox, test } from "../src/sandbox.js";

/** Looks for util-linux's `script`, which runs a command at a pseudo-terminal. */
const hasTerminal = spawnSync("script", ["--version"]).stdout?.toString().includes("util-linux") === true;
const where = hasTerminal
  ? "at a terminal"
  : "without a terminal (no util-linux `script` here: a process group and pipes)";

interface Running {
  readonly child: ChildProcess;
  output(): string;
  /** Waits for a text in the output. */
  says(text: string): Promise<void>;
  /** Sends SIGINT to the foreground process group, as Ctrl-C at a terminal does. */
  interrupt(): void;
  readonly exited: Promise<unknown[]>;
}

function run(sandbox: Sandbox, args: readonly string[]): Running {
  // Without `exec`, some shells ($SHELL decides) would stay between the two and end by the signal themselves.
  const line = `exec ${args.map((word) => `'${word}'`).join(" ")}`;
  const [file, ...rest] = hasTerminal ? ["script", "-qec", line, "/dev/null"] : args;
  const child = spawn(file!, rest, { env: { ...process.env, ...sandbox.env }, detached: !hasTerminal });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const exited = once(child, "close");
  return {
    child,
    output: () => output,
    async says(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}: ${output}`);
        await Promise.race([once(child.stdout, "data"), exited]);
      }
    },
    interrupt() {
      if (hasTerminal) child.stdin.write("\x03");
      else process.kill(-child.pid!, "SIGINT");
    },
    exited,
  };
}

test(`Ctrl-C is for the host, and its plugin shares its stdin, ${where}`, async ({ sandbox }) => {
  const host = run(sandbox, [
    ...hostRuntime,
    fixture("hosts-plugin-at-a-terminal"),
    ...pluginRuntime,
    fixture("plugin-on-command"),
  ]);
  await host.says("stdin is a terminal: ");
  host.interrupt();
  expect(await host.exited, host.output()).toEqual([0, null]);
  const lines = host.output().replaceAll("\r", "").replace("^C", "");
  expect(lines).toContain(`stdin is a terminal: host ${hasTerminal}, plugin ${hasTerminal}\n`);
  expect(lines).toContain("interrupted, version 1\nexit code 0\n");
});

test(`a plugin that somebody runs by hand says what it is, ${where}`, async ({ sandbox }) => {
  const plugin = run(sandbox, [...pluginRuntime, fixture("serves")]);
  expect(await plugin.exited).toEqual([1, null]);
  expect(plugin.output()).toContain("This program is a plugin: it is not meant to be run by itself.");
  expect(plugin.output()).not.toContain("|grpc|");
});
