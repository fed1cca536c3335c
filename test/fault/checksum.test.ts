import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, launch } from "@go-plugin/host";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { fixture } from "../src/build-fixtures.js";
import { faultPlugins } from "../src/fault-service.js";
import { pluginRuntime } from "../src/runtime.js";
import { test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

test("a checksum is compared before anything is run", async ({ sandbox }) => {
  const checksum = { algorithm: "sha256", expected: "00".repeat(32), file: fixture("serves") };
  await expect(launch(faultPlugins, fixtureOptions(sandbox, "serves", { checksum }))).rejects.toMatchObject({
    code: "ERR_PLUGIN_CHECKSUM",
    message: /checksums did not match/,
  });
});

/** Calls `swap` after the file has been checked and before anything has started. */
function beforeStart(swap: () => void) {
  return createLogger((_, message) => message === "starting plugin" && swap());
}

describe("a program that is swapped after the check", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "checksum-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(name: string, script: string): string {
    const path = join(directory, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return path;
  }

  const writePlugin = () => write("second/plugin", `exec ${pluginRuntime.join(" ")} "${fixture("serves")}"`);
  const writeImpostor = (name: string) => write(name, "exit 3");
  const checksumOf = (path: string) => ({
    algorithm: "sha256",
    expected: createHash("sha256").update(readFileSync(path)).digest(),
  });

  test("in front of it in PATH: the one that was checked is run", async ({ sandbox }) => {
    const options = fixtureOptions(sandbox, "serves", {
      command: "plugin",
      env: { PATH: `${directory}/first:${directory}/second:${process.env.PATH}` },
      checksum: checksumOf(writePlugin()),
      logger: beforeStart(() => writeImpostor("first/plugin")),
    });
    await using plugin = await launch(faultPlugins, { ...options, args: [] });
    await plugin.ping();
  });

  test("by another one: the start ends before anything is believed", async ({ sandbox }) => {
    const command = writePlugin();
    const options = fixtureOptions(sandbox, "serves", {
      command,
      checksum: checksumOf(command),
      logger: beforeStart(() => renameSync(writeImpostor("impostor"), command)),
    });
    await expect(launch(faultPlugins, { ...options, args: [] })).rejects.toMatchObject({
      code: "ERR_PLUGIN_CHECKSUM",
      message: /was changed or replaced after its checksum was verified/,
    });
  });
});
