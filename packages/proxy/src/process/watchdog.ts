import { spawn } from "node:child_process";
import { sameProcess } from "@go-plugin/proto/internal";

/** Ends the real plugin, and removes what the proxy has made, when the proxy is killed. */
export interface Watchdog {
  /** A file to remove as well. */
  remove(path: string): void;
  stop(): void;
}

// A proxy that is killed cannot clean up. A shell waits for the end of the proxy's pipe, and does it. It notes the start of
// the plugin at once: by the end, another process may have its pid.
const script = `
trap "" HUP INT QUIT TERM
set -f
started=
pid=$1 files=
${sameProcess}
find_start && started=$start
while IFS= read -r line; do files="$files
$line"; done
[ -n "$started" ] && same && kill -KILL "$pid"
IFS="
"
rm -f -- $files
`;

const none: Watchdog = { remove: () => {}, stop: () => {} };

/** POSIX only. */
export function watchProxy(pid: number): Watchdog {
  if (process.platform === "win32") return none;
  const shell = spawn("/bin/sh", ["-c", script, "sh", String(pid)], { stdio: ["pipe", "ignore", "ignore"] });
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  // Bun's pipe has none: there it goes with the shell.
  (shell.stdin as unknown as { unref?(): void }).unref?.();
  return {
    remove: (path) => void shell.stdin.write(`${path}\n`),
    stop: () => void shell.kill("SIGKILL"),
  };
}
