// `npm run test:create`: makes a project of every template from the packed packages, and does with it what a newcomer does.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "../packed/pack.js";
import { run, runScript } from "../processes.js";

const projects: readonly (readonly [name: string, ...options: readonly string[]])[] = [
  ["my-pair", "--template", "pair", "--go"],
  ["my-plugin", "--template", "plugin"],
  ["my-host", "--template", "host"],
  ["alone", "--yes"],
];
/** The output of `npm start` in a project with a host. */
const expected = "Hello, Ada!\n3\n2\n1\n";

const folder = mkdtempSync(join(tmpdir(), "create-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

runScript("build");
const tarballs = join(folder, "tarballs");
mkdirSync(tarballs);
const packed = pack(tarballs);
const creator = join(folder, "creator");
mkdirSync(creator);
const quietly = ["--no-audit", "--no-fund", "--silent"];
run("install create-go-plugin", "npm", [
  ...["install", ...quietly, "--prefix", creator],
  join(tarballs, packed.get("create-go-plugin")!),
]);

for (const [name, ...options] of projects) {
  const create = [
    join(creator, "node_modules/create-go-plugin/dist/main.js"),
    name,
    ...options,
    "--packages",
    tarballs,
  ];
  run(`create ${name} ${options.join(" ")}`, process.execPath, create, { cwd: folder });
  const project = join(folder, name);
  run(`${name}: npm install`, "npm", ["install", ...quietly], { cwd: project });
  run(`${name}: npm test`, "npm", ["test"], { cwd: project });
  if (name !== "my-plugin") start(name, project);
}

function start(name: string, cwd: string): void {
  const { status, stdout, stderr } = spawnSync("npm", ["start", "--silent"], {
    cwd,
    encoding: "utf8",
    timeout: 60_000,
  });
  process.stdout.write(`\n── ${name}: npm start\n${stderr}${stdout}`);
  if (status === 0 && stdout === expected) return;
  throw new Error(`expected exit code 0 and ${JSON.stringify(expected)}, got exit code ${status} and the above`);
}
