import { chmodSync, chownSync, readFileSync } from "node:fs";
import { SocketError } from "./errors.js";

/**
 * Lets a group connect to a socket, or use a directory. Go: setGroupWritable.
 *
 * @param group its name or its number
 * @throws {SocketError} when there is no such group, or this user may not give files to it.
 */
export function giveToGroup(path: string, group: string, mode: number): void {
  const gid = groupId(group);
  try {
    chownSync(path, -1, gid);
    chmodSync(path, mode);
  } catch (cause) {
    throw new SocketError(
      "ERR_SOCKET_GROUP",
      `could not give ${path} to group ${JSON.stringify(group)}: ${(cause as Error).message}. This process must be a member of the group.`,
      { cause },
    );
  }
}

function groupId(group: string): number {
  const line = readGroups().find((fields) => fields[0] === group);
  const id = Number(line?.[2] ?? (/^\d+$/.test(group) ? group : Number.NaN));
  if (Number.isInteger(id)) return id;
  throw new SocketError(
    "ERR_SOCKET_GROUP",
    `expected the name or number of a group, got ${JSON.stringify(group)}, which is not in /etc/group`,
  );
}

function readGroups(): string[][] {
  try {
    return readFileSync("/etc/group", "utf8")
      .split("\n")
      .map((line) => line.split(":"));
  } catch {
    return [];
  }
}
