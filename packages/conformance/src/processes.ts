import { readFileSync } from "node:fs";

/** True if the process runs. An ended process that nobody has waited for is still in the table. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return true;
    const state = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) /s, "")[0];
    return state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
