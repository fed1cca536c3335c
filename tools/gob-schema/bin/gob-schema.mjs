#!/usr/bin/env node
// Builds the Go program beside this file, and runs it: who has Go types has Go. Go's build cache makes the next run quick.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "gob-schema-"));
const program = join(directory, process.platform === "win32" ? "gob-schema.exe" : "gob-schema");
try {
  // The caller's workspace and vendor folder are for the caller's packages, which the program reads, not for the program.
  const env = { ...process.env, GOWORK: "off", GOFLAGS: "-mod=readonly" };
  const built = run("go", ["build", "-C", source, "-o", program, "."], { env, stdio: ["ignore", 2, 2] });
  process.exitCode = built === 0 ? run(program, process.argv.slice(2), { stdio: "inherit" }) : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function run(command, args, options) {
  const { status, signal, error } = spawnSync(command, args, options);
  if (error?.code === "ENOENT") {
    console.error(
      'gob-schema: expected Go 1.24 or newer, found no command "go" in PATH; install it from https://go.dev/dl/',
    );
    return 1;
  }
  if (error) throw error;
  return status ?? 128 + constants.signals[signal];
}
