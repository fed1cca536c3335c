import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { test as sandboxed } from "@go-plugin/test/sandbox";
import { goProgram } from "./build-go.js";

/** Runs one of HashiCorp's hosts with a plugin in a folder of its own, where plugins keep their files. */
type RunHost = (host: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<string>;

export interface Place {
  readonly folder: string;
  readonly run: RunHost;
  /** Installs `command` in the folder as `path`: some hosts start their plugin by a fixed name. */
  install(path: string, command: readonly string[]): void;
}

/** A test that runs HashiCorp's hosts, each in a folder of its own. */
export const test = sandboxed.extend<{ place(): Place }>({
  place: async ({ sandbox }, use) => {
    const folders: string[] = [];
    await use(() => {
      const folder = mkdtempSync(join(tmpdir(), "example-"));
      folders.push(folder);
      return {
        folder,
        run: async (host, args, env = {}) => {
          const options = { cwd: folder, env: { ...process.env, ...sandbox.env, ...env } };
          const { stdout } = await promisify(execFile)(goProgram(host), [...args], options).catch((error) => error);
          return stdout;
        },
        install(path, command) {
          mkdirSync(join(folder, path, ".."), { recursive: true });
          writeFileSync(join(folder, path), `#!/bin/sh\nexec ${command.join(" ")}\n`);
          chmodSync(join(folder, path), 0o755);
        },
      };
    });
    for (const folder of folders) rmSync(folder, { recursive: true });
  },
});
