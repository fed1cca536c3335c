import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identify, isRunning, listDescendants, parseProcessList, parseProcStat } from "./process-tree.js";

test("a name in /proc/<pid>/stat may hold brackets and spaces", () => {
  const rest = "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 777 0 0";
  expect(parseProcStat(`42 (a) b (c)) S 7 ${rest}`)).toEqual({ pid: 42, parentPid: 7, started: "777" });
  expect(parseProcStat(`42 (node) Z 7 ${rest}`)).toBeUndefined();
});

test("the output of ps, zombies left out", () => {
  const output =
    "    1     0 Ss   Mon Feb  2 10:00:00 2026\n  420     1 Z+   Mon Feb  2 10:00:01 2026\n99999   420 S<l  Mon Feb  2 10:00:02 2026   \n";
  expect(parseProcessList(output)).toEqual([
    { pid: 1, parentPid: 0, started: "Mon Feb  2 10:00:00 2026" },
    { pid: 99999, parentPid: 420, started: "Mon Feb  2 10:00:02 2026" },
  ]);
});

test("children and their children are found, and told from later processes by their start", async () => {
  const child = spawn("sh", ["-c", "sleep 1000 & echo $!; wait"], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const grandchild = Number(line.toString());
  const descendants = listDescendants(process.pid);
  expect(descendants.map(({ pid }) => pid)).toEqual(expect.arrayContaining([child.pid, grandchild]));
  expect(listDescendants(child.pid!).map(({ pid }) => pid)).toEqual([grandchild]);
  const identity = identify(grandchild)!;
  expect(isRunning(identity)).toBe(true);
  expect(isRunning({ ...identity, started: "another time" })).toBe(false);
  process.kill(grandchild, "SIGKILL");
  await once(child, "exit");
  expect(isRunning(identity)).toBe(false);
});
