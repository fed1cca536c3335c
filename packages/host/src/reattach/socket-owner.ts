import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { resolve } from "node:path";
import type { SocketAddress } from "@go-plugin/proto/internal";
import { listDescendants } from "../process/process-tree.js";

/** The relation of a process to an address: it listens there, it does not, or the system does not show it. */
export type Ownership = "owner" | "stranger" | "unknown";

/**
 * Finds out if `pid`, or a process that it has started (a shell's plugin), listens at the address. A process that merely
 * has the pid of an old plugin must never get a signal.
 */
export function findOwnership(pid: number, address: SocketAddress): Ownership {
  if (process.platform === "win32") return "unknown";
  const family = new Set([pid, ...listDescendants(pid).map((descendant) => descendant.pid)]);
  try {
    if (process.platform === "linux") return ownsListener(family, listenerInodes(address));
    return listPids(address).some((candidate) => family.has(candidate)) ? "owner" : "stranger";
  } catch {
    return "unknown";
  }
}

function ownsListener(pids: ReadonlySet<number>, inodes: ReadonlySet<string>): Ownership {
  if (inodes.size === 0) return "unknown"; // another network namespace
  for (const pid of pids) {
    for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
      if (inodes.has(readSocketInode(pid, descriptor))) return "owner";
    }
  }
  return "stranger";
}

function readSocketInode(pid: number, descriptor: string): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? "";
  } catch {
    return ""; // just closed
  }
}

/** Inodes of the sockets that listen at the address, from the kernel's tables. */
function listenerInodes({ network, address }: SocketAddress): Set<string> {
  if (network === "unix") return new Set(unixListeners(resolve(address)));
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  return new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => tcpListeners(table, port)));
}

/** Num RefCount Protocol Flags Type St Inode Path */
function unixListeners(path: string): string[] {
  const acceptsConnections = 0x10000;
  return rows("/proc/net/unix")
    .filter((fields) => Number.parseInt(fields[3]!, 16) & acceptsConnections && fields.slice(7).join(" ") === path)
    .map((fields) => fields[6]!);
}

/** sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode */
function tcpListeners(table: string, port: number): string[] {
  const listening = "0A";
  return rows(table)
    .filter(([, local, , state]) => state === listening && Number.parseInt(local!.split(":")[1]!, 16) === port)
    .map((fields) => fields[9]!);
}

function rows(table: string): string[][] {
  const lines = readFileSync(table, "utf8").trim().split("\n").slice(1);
  return lines.map((line) => line.trim().split(/\s+/));
}

function listPids({ network, address }: SocketAddress): number[] {
  const port = address.slice(address.lastIndexOf(":") + 1);
  const what = network === "unix" ? ["--", resolve(address)] : [`-iTCP:${port}`, "-sTCP:LISTEN", "-nP"];
  return execFileSync("lsof", ["-t", ...what], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
    .trim()
    .split("\n")
    .map(Number);
}
