// Installs the packed packages in an empty project and runs the page's pair as a newcomer would, as ES modules and as
// CommonJS, on this Node and on the oldest supported one.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { codeBlocks } from "../pages/markdown.js";
import { otherNode, run, runScript } from "../processes.js";
import { root } from "../requirements.mjs";
import { pack } from "./pack.js";

const page = "docs/getting-started.md";
const project = mkdtempSync(join(tmpdir(), "pair-"));
process.on("exit", () => rmSync(project, { recursive: true, force: true }));

const blocks = codeBlocks(root + page);
const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => code.trim().split("\n"));
const commands = lines.filter((line) => !line.startsWith("npm install"));
const { engines } = readJson(`${root}packages/host/package.json`) as { engines: { node: string } };
const oldest = `${engines.node.replace(">=", "")}.0`;
const output = blocks.findLast(({ language }) => language === "text");

function readJson(path: string): object {
  return JSON.parse(readFileSync(path, "utf8")) as object;
}

function write(file: string, content: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), content);
}

/** Our packages come from their tarballs; everything else in the version that this repository tests with. */
function install(tarballs: ReadonlyMap<string, string>): void {
  const options = lines.filter((line) => line.startsWith("npm install")).flatMap((line) => line.split(" ").slice(2));
  const pinned = (name: string) =>
    `${name}@${(readJson(`${root}node_modules/${name}/package.json`) as { version: string }).version}`;
  const others = options.filter((option) => !option.startsWith("--") && !option.startsWith("@go-plugin/")).map(pinned);
  const missing = options.filter((option) => option.startsWith("@go-plugin/") && !tarballs.has(option));
  if (missing.length > 0) throw new Error(`${page} installs ${missing.join(", ")}, which packages/ does not have`);
  // All of our packages, because those that the page does not name are not in the registry yet.
  const args = ["install", "--no-audit", "--no-fund", "--silent", ...tarballs.values(), ...others];
  run(`npm ${args.join(" ")}`, "npm", args, { cwd: project });
}

function runPair(type: "module" | "commonjs"): void {
  write("package.json", JSON.stringify({ ...readJson(join(project, "package.json")), type }));
  rmSync(join(project, "dist"), { recursive: true, force: true });
  const last = commands.at(-1)!;
  for (const command of commands.slice(0, -1)) run(`${type}: ${command}`, "sh", ["-c", command], { cwd: project });
  runLast(`${type}: ${last}`, last, process.env.PATH!);
  runLast(`${type}, Node ${oldest}: ${last}`, last, `${otherNode(oldest)}${delimiter}${process.env.PATH}`);
}

function runLast(title: string, command: string, path: string): void {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
    cwd: project,
    env: { ...process.env, PATH: path },
    encoding: "utf8",
    timeout: 60_000,
  });
  process.stdout.write(`\n── ${title}\n${stderr}${stdout}`);
  if (status === 0 && stderr + stdout === output?.code) return;
  process.stderr.write(`\nExpected exit code 0 and what ${page} says, got exit code ${status} and the above.\n`);
  process.exit(1);
}

runScript("build");
write("package.json", "{}");
install(pack(project));
for (const { file, code } of blocks) if (file) write(file, code);
runPair("module");
runPair("commonjs");
process.stdout.write(`\nThe pair of ${page} runs on the packed packages.\n`);
