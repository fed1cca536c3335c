// The README's pair, as a newcomer would paste it: the packed packages in an empty project, as ES modules and CommonJS,
// on this Node and on the oldest that the packages say they run on.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { codeBlocks } from "./code-blocks.mjs";
import { build, otherNode, requireNode, root, run } from "./setup.mjs";

const project = mkdtempSync(join(tmpdir(), "readme-"));
process.on("exit", () => rmSync(project, { recursive: true, force: true }));

const blocks = codeBlocks(`${root}README.md`);
const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => code.trim().split("\n"));
const commands = lines.filter((line) => !line.startsWith("npm install"));
const { engines } = JSON.parse(readFileSync(`${root}packages/host/package.json`, "utf8"));
const oldest = `${engines.node.replace(">=", "")}.0`;
const [output] = blocks.filter(({ language }) => language === "text");

function write(file, content) {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), content);
}

/** Packs every package; the result tells where each of them is. */
function pack() {
  const folders = readdirSync(`${root}packages`).map((name) => `./packages/${name}`);
  run("npm pack", "npm", ["pack", "--silent", "--pack-destination", project, ...folders], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const tarballs = readdirSync(project).filter((name) => name.endsWith(".tgz"));
  const nameOf = (tarball) => tarball.replace(/^go-plugin-(.*)-[^-]+\.tgz$/, "@go-plugin/$1");
  return new Map(tarballs.map((tarball) => [nameOf(tarball), `./${tarball}`]));
}

/** Ours from their tarballs; everything else in the version that the tests of this repository run on. */
function install(tarballs) {
  const options = lines.filter((line) => line.startsWith("npm install")).flatMap((line) => line.split(" ").slice(2));
  const pinned = (name) =>
    `${name}@${JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, "utf8")).version}`;
  const others = options.filter((option) => !option.startsWith("--") && !option.startsWith("@go-plugin/")).map(pinned);
  const missing = options.filter((option) => option.startsWith("@go-plugin/") && !tarballs.has(option));
  if (missing.length > 0) throw new Error(`README.md installs ${missing.join(", ")}, which packages/ does not have`);
  // All of ours, because those that the README does not name are not in the registry yet.
  const args = ["install", "--no-audit", "--no-fund", "--silent", ...tarballs.values(), ...others];
  run(`npm ${args.join(" ")}`, "npm", args, { cwd: project });
}

function runPair(type) {
  write("package.json", JSON.stringify({ ...JSON.parse(readFileSync(join(project, "package.json"), "utf8")), type }));
  rmSync(join(project, "dist"), { recursive: true, force: true });
  const last = commands.at(-1);
  for (const command of commands.slice(0, -1)) run(`${type}: ${command}`, "sh", ["-c", command], { cwd: project });
  runLast(`${type}: ${last}`, last, process.env);
  runLast(`${type}, Node ${oldest}: ${last}`, last, {
    ...process.env,
    PATH: `${otherNode(oldest)}${delimiter}${process.env.PATH}`,
  });
}

function runLast(title, command, env) {
  const options = { cwd: project, env, encoding: "utf8", timeout: 60_000 };
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], options);
  process.stdout.write(`\n── ${title}\n${stderr}${stdout}`);
  if (status === 0 && stderr + stdout === output.code) return;
  process.stderr.write(`\nExpected exit code 0 and what README.md says, got exit code ${status} and the above.\n`);
  process.exit(1);
}

requireNode();
build();
write("package.json", "{}");
install(pack());
for (const { file, code } of blocks) if (file) write(file, code);
for (const type of ["module", "commonjs"]) runPair(type);
process.stdout.write("\nThe README's pair runs on the packed packages.\n");
