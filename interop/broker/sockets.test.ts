import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runPair } from "./run-pair.js";

/** A group that this user may give files to, if there is one another than its own. */
function otherGroup(): number {
  const own = process.getgid!();
  return process.getuid!() === 0 ? 1 : (process.getgroups!().find((gid) => gid !== own) ?? own);
}

function groupName(gid: number): string {
  const groups = readFileSync("/etc/group", "utf8").split("\n");
  return groups.find((line) => line.split(":")[2] === String(gid))!.split(":")[0]!;
}

const gid = otherGroup();

test.each([
  ["Go", "Go"],
  ["Go", "TypeScript"],
  ["TypeScript", "Go"],
  ["TypeScript", "TypeScript"],
] as const)("a %s host and a %s plugin give all their sockets to the group", async (host, plugin) => {
  for (const group of [String(gid), groupName(gid)]) {
    const settings = { multiplex: false, autoMtls: false, group };
    const { outcomes, end } = await runPair(host, plugin, settings, ["sockets"]);
    expect(outcomes.sockets).toMatchObject({
      called: [{ id: 1, texts: ["host 1: sockets"] }],
      said: { id: 1, texts: ["plugin 1: sockets"] },
      // The plugin's own and one of each side's broker, in the directory that is made for them.
      files: [...Array(3).fill(`140660 ${gid}`), `40770 ${gid}`],
    });
    expect(end).toEqual({ exited: true, forced: false });
  }
});
