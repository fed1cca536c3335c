import { readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { UsageError } from "../errors.js";

/** The command line that an installed link stands for. */
interface Installed {
  /** The command line, behind `go-plugin`. */
  readonly arguments: readonly string[];
}

const suffix = ".go-plugin.json";

/** Makes a link with the file name that a host looks for; started by it, this command runs the command line. */
export function install(path: string, commandLine: readonly string[]): void {
  try {
    writeFileSync(`${path}${suffix}`, `${JSON.stringify({ arguments: commandLine } satisfies Installed, null, 2)}\n`, {
      flag: "wx",
    });
    symlinkSync(realpathSync(process.argv[1]!), path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") rmSync(`${path}${suffix}`, { force: true });
    throw new UsageError(`--as ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** The command line of the link by which this process was started, if it was, and where the link is. */
export function installedCommandLine(started: string | undefined): readonly string[] | undefined {
  if (started === undefined) return undefined;
  try {
    return (JSON.parse(readFileSync(`${started}${suffix}`, "utf8")) as Installed).arguments;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UsageError(`${started}${suffix}: ${(error as Error).message}`, { cause: error });
  }
}

/** Paths of a command line that is run from elsewhere later. */
export function absolute(path: string | undefined): string | undefined {
  return path === undefined || path.startsWith("/dev/") ? path : resolve(dirname(path), basename(path));
}
