import { createLogger } from "@go-plugin/proto";
import { expect, test, vi } from "vitest";
import { identify } from "../process/process-tree.js";
import { AttachedProcess } from "../reattach/attached-process.js";
import { removeSocketDirectory } from "../runner/socket-directory.js";
import { manage } from "./managed.js";

function record() {
  const entries: string[] = [];
  return { entries, logger: createLogger((level, message) => entries.push(`${level} ${message}`)) };
}

test("at the host's end one plugin that cannot be killed does not save the others", () => {
  const { entries, logger } = record();
  const before = new Set(process.listeners("exit"));
  const kill = vi.fn(() => {
    throw new Error("not permitted");
  });
  const plugins = [{ kill }, { kill }].map((plugin) => manage({ ...plugin, close: async () => {} }, logger));
  const [onExit] = process.listeners("exit").filter((listener) => !before.has(listener));
  onExit!(0);
  for (const stopManaging of plugins) stopManaging();
  expect(kill).toHaveBeenCalledTimes(2);
  expect(entries).toEqual([
    "error cannot kill a plugin while the host exits",
    "error cannot kill a plugin while the host exits",
  ]);
});

test("a directory of sockets that cannot be removed is logged", () => {
  const { entries, logger } = record();
  removeSocketDirectory("no such\0path", logger);
  expect(entries).toEqual(["error cannot remove the directory of a plugin's sockets"]);
});

test("a process that this user may not end is left", () => {
  const attached = new AttachedProcess(identify(process.pid)!, true);
  const kill = vi.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  });
  try {
    attached.signal("SIGTERM");
    expect(kill).toHaveBeenCalledWith(process.pid, "SIGTERM");
  } finally {
    kill.mockRestore();
    attached.abandon();
  }
});
