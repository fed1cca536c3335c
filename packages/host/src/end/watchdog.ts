import { spawn } from "node:child_process";
import { once } from "node:events";
import { sameProcess } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import { identify } from "../process/process-tree.js";
import type { Resource } from "./resource.js";

/**
 * Succeeds when nobody listens on the socket any more; only Linux can tell. The threads of a process may hold it for a
 * moment after its first thread has become a zombie.
 */
const isUnused =
  process.platform === "linux"
    ? 'unused() { while read -r _ _ _ _ _ _ _ path; do [ "$path" != "$socket" ] || return 1; done </proc/net/unix; }'
    : "unused() { :; }";

/**
 * Reads the path of the plugin's socket from the pipe to the host. The pipe ends whenever the host does, because only
 * the host can write to it.
 */
const script = `
trap "" HUP INT QUIT TERM
set -f
pid=$1 started=$2 socket=
${sameProcess}
${isUnused}
while read -r line; do socket=$line; done
same && kill -TERM "$pid"
tries=0
while same && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
same && kill -KILL "$pid"
while same; do sleep 0.1; done
tries=0
while [ -S "$socket" ] && ! unused && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
[ -S "$socket" ] && unused && rm -f -- "$socket"
`;

/** A shell that ends a plugin when this process dies, however it dies. It stops when the plugin has ended. */
export interface Watchdog extends Resource {
  /** Names the socket file to remove with the plugin, if the plugin leaves it behind. */
  removeSocket(path: string): void;
}

/**
 * Starts a watchdog for the process `pid`, if it is still running. POSIX only.
 *
 * @throws {PluginError} `ERR_PLUGIN_SPAWN` when there is no shell.
 */
export async function watchHost(pid: number): Promise<Watchdog | undefined> {
  const identity = identify(pid);
  if (!identity) return undefined;
  const shell = spawn("/bin/sh", ["-c", script, "sh", String(pid), identity.started], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  if (shell.pid === undefined) {
    const [cause] = (await once(shell, "error")) as [Error];
    throw new PluginError("ERR_PLUGIN_SPAWN", `option endWithHost: no shell could be started: ${cause.message}`, {
      cause,
    });
  }
  const exited = new Promise((resolve) => shell.once("exit", resolve));
  // The shell may be killed; writing to it then fails.
  shell.stdin.on("error", () => {});
  // The shell must not keep the host alive.
  shell.unref();
  // Bun's pipe has no unref: it follows the shell.
  (shell.stdin as unknown as { unref?(): void }).unref?.();
  const stop = async () => {
    shell.ref();
    shell.kill("SIGKILL");
    await exited;
  };
  return {
    removeSocket: (path) => shell.stdin.write(`${path}\n`),
    release: stop,
    detach: () => void stop(),
  };
}
