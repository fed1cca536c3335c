import { spawn } from "node:child_process";
import { once } from "node:events";
import { identify } from "./process-tree.js";

/** The same process and not a later one with its pid; what `started` means differs as in process-tree.ts. */
const isSameProcess =
  process.platform === "linux"
    ? // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
      'same() { read -r stat 2>/dev/null <"/proc/$pid/stat" || return 1; set -- ${stat##*) }; shift 19; [ "$1" = "$started" ]; }'
    : 'same() { [ "$(LC_ALL=C ps -o lstart= -p "$pid" | sed "s/^ *//; s/ *$//")" = "$started" ]; }';

/** Nobody ever writes to the pipe: reading it ends when the last process that could, the host, has ended. */
const script = `
trap "" HUP INT QUIT TERM
set -f
pid=$1 started=$2
${isSameProcess}
read -r line
same && kill -TERM "$pid"
tries=0
while same && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
same && kill -KILL "$pid"
`;

/**
 * Starts a shell that ends the process `pid` when this process dies, in whatever way. POSIX only.
 *
 * @returns stops the shell.
 * @throws the operating system's error when there is no shell.
 */
export async function watchHost(pid: number): Promise<() => Promise<void>> {
  const identity = identify(pid);
  if (!identity) return async () => {};
  const shell = spawn("/bin/sh", ["-c", script, "sh", String(pid), identity.started], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  if (shell.pid === undefined) {
    const [error] = (await once(shell, "error")) as [Error];
    throw error;
  }
  const exited = new Promise((resolve) => shell.once("exit", resolve));
  // The watch must not keep the host alive.
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return async () => {
    shell.ref();
    shell.kill("SIGKILL");
    await exited;
  };
}
