import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { root } from "../requirements.mjs";
import { readManifest } from "./manifest.js";
import { npmPack, packageFolders } from "./pack.js";

export interface Size {
  /** KiB of the tarball. */
  readonly packed: number;
  /**
   * KiB of JavaScript that `import` of the package loads, with its dependencies. Missing when the package has no main
   * module.
   */
  readonly loaded?: number;
}

export type Sizes = Readonly<Record<string, Size>>;

/** The committed size budgets of the packages. */
export const budgetsPath = `${root}scripts/packed/budgets.json`;

export function readBudgets(): Sizes {
  return JSON.parse(readFileSync(budgetsPath, "utf8")) as Sizes;
}

/** Measures the built packages. */
export function measureSizes(): Sizes {
  const packed = npmPack("--dry-run");
  return Object.fromEntries(
    packageFolders.map((folder) => {
      const { name, exports } = readManifest(`packages/${folder}`);
      const { size } = packed.find((one) => one.name === name)!;
      const loaded = exports?.["."] ? { loaded: kib(loadedBytes(name)) } : {};
      return [name, { packed: kib(size), ...loaded }];
    }),
  );
}

const kib = (bytes: number) => Math.ceil(bytes / 1024);

/**
 * Measures the CommonJS build, because Node reports the files that it has loaded. The ES modules have the same code.
 */
function loadedBytes(name: string): number {
  const program = `
    require(${JSON.stringify(name)});
    const { statSync } = require("node:fs");
    console.log(Object.keys(require.cache).reduce((sum, file) => sum + statSync(file).size, 0));`;
  return Number(execFileSync(process.execPath, ["-e", program], { cwd: `${root}test`, encoding: "utf8" }));
}
