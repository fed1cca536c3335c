// Checks the repository without Go: the demo shows TypeScript on both sides and says what it leaves out, and `npm test`
// fails at once.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "./requirements.mjs";

const folder = mkdtempSync(join(tmpdir(), "without-go-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
// The folder that holds `go` may hold `node` as well.
symlinkSync(process.execPath, join(folder, "node"));
const others = process.env.PATH!.split(delimiter).filter((entry) => !existsSync(join(entry, "go")));
const env = { ...process.env, PATH: [folder, ...others].join(delimiter) };

interface Expected {
  readonly status: number;
  readonly says: readonly string[];
  readonly worksOn: boolean;
}

/** Runs a command and compares its exit, its message, and whether it prints anything to stdout. */
function check(command: string, { status, says, worksOn }: Expected): void {
  const ran = spawnSync(process.execPath, ["scripts/start.mjs", command], { cwd: root, env, encoding: "utf8" });
  const output = ran.stdout + ran.stderr;
  const missing = says.filter((text) => !output.includes(text));
  if (ran.status === status && (ran.stdout !== "") === worksOn && missing.length === 0) return;
  const missed = missing.map((text) => `\n  ${text}`).join("");
  process.stderr.write(
    `${output}\nnpm run ${command} without Go: expected exit code ${status}, got ${ran.status} and the above; missing:${missed}\n`,
  );
  process.exit(1);
}

check("test", {
  status: 1,
  worksOn: false,
  says: ["expected Go 1.24 or newer, but no `go` command was found"],
});
check("demo", {
  status: 0,
  worksOn: true,
  says: [
    "1  Over gRPC: a TypeScript host runs a TypeScript plugin",
    "2  Over net/rpc: a TypeScript host runs a TypeScript plugin",
    "host │ Hello, Ada!",
    "host │ Log: Greeted Bob",
    "Left out, because no `go` command was found",
    "   Over gRPC: HashiCorp's own Go host runs a TypeScript plugin",
    "   Over net/rpc, go-plugin's default protocol: a TypeScript host runs a Go plugin",
    "All that is shown was checked.",
    "docs/getting-started.md",
  ],
});
process.stdout.write("Without Go the demo shows what it can, and npm test says what it needs.\n");
