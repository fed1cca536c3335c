import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type LaunchOptions, launch } from "@go-plugin/host";
import { silentLogger } from "@go-plugin/proto";
import { greeterPlugins } from "../../examples/greeter/src/shared.js";

/** Paths from the top of the repository, which is the working directory. */
export const goProgram = (name: string) => resolve(`.build/windows/programs/${name}.exe`);
export const fixture = (name: string) => resolve(`test/.build/${name}.js`);
export const example = (path: string) => resolve("examples", path);

export const onWine = process.env.ON_WINE === "1";

const temporary = mkdtempSync(join(tmpdir(), "windows-"));

/** A folder of its own. */
export function folder(name: string): string {
  const path = join(temporary, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Writes the file that npm makes for a package's command. */
export function writeShim(path: string, script: string): string {
  writeFileSync(path, `@ECHO off\r\n"${process.execPath}" "${script}" %*\r\n`);
  return path;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function run(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: stdout.replaceAll("\r", ""), stderr };
}

export const quiet = { logger: silentLogger, startTimeoutMs: 30_000 };

/** The greeting of a plugin that is started, called and closed. */
export async function greet(options: LaunchOptions): Promise<string> {
  await using plugin = await launch(greeterPlugins, { ...quiet, ...options });
  return (await (await plugin.dispense("greeter")).greet({ name: "Ada" })).greeting;
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Waits until a process has ended. @throws {Error} after ten seconds. */
export async function ended(pid: number): Promise<void> {
  for (let tries = 0; isRunning(pid); tries++) {
    if (tries === 200) throw new Error(`process ${pid} is still running`);
    await setTimeout(50);
  }
}
