import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { sameProcess } from "./same-process.js";

const run = (script: string, pid: number) => {
  const { stdout } = spawnSync("/bin/sh", ["-c", `pid=$1\n${sameProcess}\n${script}`, "sh", String(pid)]);
  return stdout.toString().trim();
};

const watch = 'find_start && started=$start; same && echo same; started="$started and later"; same || echo another';

test.skipIf(process.platform === "win32")("a process is told from another one with its pid, started later", () => {
  expect(run(watch, process.pid)).toBe("same\nanother");
});

test.skipIf(process.platform === "win32")("a process that has ended has no start", () => {
  const { pid } = spawnSync("/bin/sh", ["-c", "exit"]);
  expect(run('find_start || echo "none"; started=; same || echo "not the same"', pid)).toBe("none\nnot the same");
});
