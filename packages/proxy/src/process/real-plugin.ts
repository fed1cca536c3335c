import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** The end of the real plugin. */
export interface RealExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The process of the real plugin. */
export interface RealPlugin {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<RealExit>;
  kill(signal: NodeJS.Signals): void;
}

/** Options for starting the real plugin. */
export interface RealPluginOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Starts it with the proxy's own stdin. @throws {Error} when it cannot be started. */
export async function startRealPlugin(options: RealPluginOptions): Promise<RealPlugin> {
  const { command, args, cwd, env } = options;
  const child: ChildProcess = spawn(command, args, { cwd, env, stdio: ["inherit", "pipe", "pipe"] });
  if (child.pid === undefined) throw (await once(child, "error"))[0];
  child.on("error", () => {});
  return {
    pid: child.pid,
    stdout: child.stdout!,
    stderr: child.stderr!,
    exited: new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal }))),
    kill: (signal) => void child.kill(signal),
  };
}
