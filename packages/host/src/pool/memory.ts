import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** The resident memory in bytes of each process, by pid, as far as the system tells it. */
export async function memoryOf(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (pids.length === 0 || process.platform === "win32") return new Map();
  try {
    return await (process.platform === "linux" ? fromProc(pids) : fromPs(pids));
  } catch {
    // A process that has ended makes `ps` fail; numbers are not worth an error.
    return new Map();
  }
}

async function fromProc(pids: readonly number[]): Promise<Map<number, number>> {
  const read = async (pid: number) => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return resident === undefined ? [] : [[pid, Number(resident) * 1024] as const];
  };
  return new Map((await Promise.all(pids.map(read))).flat());
}

async function fromPs(pids: readonly number[]): Promise<Map<number, number>> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "pid=,rss=", "-p", pids.join(",")]);
  const lines = stdout.trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [pid, resident] = line.trim().split(/\s+/).map(Number);
      return [pid!, resident! * 1024];
    }),
  );
}
