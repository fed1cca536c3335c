import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process. The time of its start tells it from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly parentPid: number;
  readonly started: string;
}

/** Finds the children of `pid`, and theirs. POSIX only. */
export function listDescendants(pid: number): ProcessIdentity[] {
  const all = listProcesses();
  const found: ProcessIdentity[] = [];
  for (let parents = new Set([pid]); parents.size > 0; ) {
    const children = all.filter(({ parentPid }) => parents.has(parentPid));
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  return found;
}

/** Tests for this process, its parent and further ancestors; on Windows for these two alone. */
export function isAncestor(pid: number): boolean {
  if (process.platform === "win32") return pid === process.pid || pid === process.ppid;
  for (let at = identify(process.pid); at; at = identify(at.parentPid)) {
    if (at.pid === pid) return true;
  }
  return false;
}

/** Tests that the process has not ended. A zombie has ended. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/**
 * Finds the process that has this pid now. On Windows, finding the parent or the start time of another process takes a
 * program that runs for a second, so there the identity is the pid alone.
 */
export function identify(pid: number): ProcessIdentity | undefined {
  if (process.platform === "win32") return isThere(pid) ? { pid, parentPid: 0, started: "" } : undefined;
  if (process.platform === "linux") return readProc(pid);
  return listProcesses().find((candidate) => candidate.pid === pid);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Sends a signal to each process that still runs: its pid may belong to another one by now. */
export function signalProcesses(processes: readonly ProcessIdentity[], signal: "SIGTERM" | "SIGKILL"): void {
  for (const identity of processes) {
    if (!isRunning(identity)) continue;
    try {
      process.kill(identity.pid, signal);
    } catch {
      // It has just ended, or belongs to another user.
    }
  }
}

function listProcesses(): ProcessIdentity[] {
  if (process.platform !== "linux") return parseProcessList(runPs());
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readProc(Number(pid)) ?? []);
}

function readProc(pid: number): ProcessIdentity | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}

/** Reads `/proc/<pid>/stat`; the name in it may hold spaces and brackets. `undefined` for a zombie. */
export function parseProcStat(stat: string): ProcessIdentity | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  return { pid: Number.parseInt(stat, 10), parentPid: Number(fields[1]), started: fields[19]! };
}

function runPs(): string {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,lstart="], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 1 << 26,
  });
}

/** Reads the output of `ps -A -o pid=,ppid=,stat=,lstart=`, without zombies. */
export function parseProcessList(text: string): ProcessIdentity[] {
  return [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+([^Z\s]\S*)\s+(.+?)\s*$/gm)].map((match) => ({
    pid: Number(match[1]),
    parentPid: Number(match[2]),
    started: match[4]!,
  }));
}
