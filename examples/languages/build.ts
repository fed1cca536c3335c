import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildGoPrograms } from "../../interop/src/build-go.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../../.build/languages/", import.meta.url));
const python = `${out}python/bin/python`;

async function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
  await promisify(execFile)(command, [...args], options).catch((error: { stderr?: string }) => {
    throw new Error(`${command} ${args.join(" ")} failed: ${error.stderr ?? String(error)}`, { cause: error });
  });
}

/** Makes `.build/languages/<name>` an executable file that runs a command. */
function install(name: string, env: string, command: readonly string[]): void {
  writeFileSync(`${out}${name}`, `#!/bin/sh\n${env}exec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`);
  chmodSync(`${out}${name}`, 0o755);
}

async function buildPython(): Promise<void> {
  if (!existsSync(python)) await run("python3", ["-m", "venv", `${out}python`], here);
  await run(python, ["-m", "pip", "install", "--quiet", "-r", "python/requirements.txt"], here);
  mkdirSync(`${out}python/gen`, { recursive: true });
  const folders = ["-Iproto", "-I../greeter-logger/proto"];
  const outputs = [`--python_out=${out}python/gen`, `--grpc_python_out=${out}python/gen`];
  await run(python, ["-m", "grpc_tools.protoc", ...folders, ...outputs, "plugin.proto", "greeter.proto"], here);
  for (const name of ["plugin", "host"])
    install(`python-${name}`, `PYTHONPATH='${out}python/gen' `, [python, `${here}python/${name}.py`]);
}

async function buildRust(): Promise<void> {
  await run("cargo", ["build", "--release", "--locked"], `${here}rust`, { CARGO_TARGET_DIR: `${out}rust` });
  install("rust-plugin", "", [`${out}rust/release/greeter-plugin`]);
}

async function buildJava(): Promise<void> {
  await run("mvn", ["-q", "-B", `-Dbuild=${out}java`, "package"], `${here}java`);
  // The plugin is small: the quick compiler, and one thread that collects, are enough.
  const options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
  install("java-plugin", "", ["java", ...options, "-cp", `${out}java/classes:${out}java/lib/*`, "greeter.Plugin"]);
}

/** Path of a program that is built here: `python-plugin`, `python-host`, `rust-plugin`, `java-plugin`. */
export const languageProgram = (name: string) => `${out}${name}`;

/** Builds every program; each tool's own cache makes the second time quick. */
export default async function buildLanguages(): Promise<void> {
  mkdirSync(out, { recursive: true });
  await buildPython();
  await buildJava();
  await buildRust();
  await buildGoPrograms(["greeter-logger-host", "greeter-logger-plugin"]);
}
