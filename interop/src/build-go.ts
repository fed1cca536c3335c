import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import programs from "../go-programs.json" with { type: "json" };

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = `${root}interop/`;

/** The path of a Go program that the suite builds: one of ours by its folder's name, or one of go-programs.json. */
export function goProgram(name: string): string {
  const path = `${directory}.build/${name}`;
  if (!existsSync(path)) {
    throw new Error(
      `Go program "${name}" is not built: expected interop/programs/${name} or an entry in go-programs.json`,
    );
  }
  return path;
}

async function build(name: string, module: string, goPackage: string): Promise<void> {
  const args = ["build", "-o", `${directory}.build/${name}`, goPackage];
  try {
    await promisify(execFile)("go", args, { cwd: root + module, maxBuffer: 1 << 26 });
  } catch (error) {
    throw new Error(`go ${args.join(" ")} failed (Go 1.24 or newer is needed): ${String(error)}`, { cause: error });
  }
}

/** Builds some of the programs that go-programs.json names. */
export async function buildGoPrograms(names: readonly (keyof typeof programs)[]): Promise<void> {
  for (const name of names) await build(name, programs[name].module, programs[name].package);
}

/** Builds everything into interop/.build; Go's own cache makes the second time quick. */
export default async function buildGo(): Promise<void> {
  if (process.env.PROGRAMS_ARE_BUILT) return;
  for (const name of readdirSync(`${directory}programs`)) await build(name, "interop", `./programs/${name}`);
  await buildGoPrograms(Object.keys(programs) as (keyof typeof programs)[]);
}
