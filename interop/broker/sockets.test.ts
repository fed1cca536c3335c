import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { pluginCommand, runPair, withHost } from "./run-pair.js";

/** A group other than the user's own that the user may give files to, if there is one. */
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
      // The plugin's socket and one socket of each side's broker, in the directory made for them.
      files: [...Array(3).fill(`140660 ${gid}`), `40770 ${gid}`],
    });
    expect(end).toEqual({ exited: true, forced: false });
  }
});

test("a TypeScript plugin whose temporary directory is too long for sockets makes them in /tmp", async ({
  sandbox,
}) => {
  const TMPDIR = join(sandbox.directory, "x".repeat(100));
  mkdirSync(TMPDIR);
  const [command, ...args] = pluginCommand("TypeScript");
  let address = "";
  const end = await withHost(
    { command, args, env: { ...sandbox.env, TMPDIR } },
    0,
    async ({ side, caller, plugin }) => {
      address = plugin.reattachConfig().address;
      const { id } = await caller.serveEcho({ id: 0 });
      expect(await side.say(id, { text: "far" })).toMatchObject({ texts: [`plugin ${id}: far`] });
    },
  );
  expect(dirname(address)).toBe("/tmp");
  expect({ end, left: existsSync(address) }).toEqual({ end: { exited: true, forced: false }, left: false });
  rmdirSync(TMPDIR);
});
