import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerLimits } from "../behaviour.js";
import type { RunningServer } from "./listen.js";

/** The Go program, which serves until its stdin ends. */
export async function serveInGo(
  program: string,
  path: string,
  { maxReceive, maxHeaderList }: ServerLimits,
): Promise<RunningServer> {
  const args = ["-socket", path];
  if (maxReceive !== undefined) args.push("-max-receive", String(maxReceive));
  if (maxHeaderList !== undefined) args.push("-max-header-list", String(maxHeaderList));
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  await Promise.race([
    once(child.stdout, "data"),
    exited.then(([code]) => Promise.reject(new Error(`the Go server exited with ${code}; its stderr tells why`))),
  ]);
  return {
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
