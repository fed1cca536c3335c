import { createHash, getHashes, timingSafeEqual } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { findCommand } from "./command/find-command.js";
import { PluginError } from "./errors.js";
import type { LaunchSettings } from "./options.js";

/** What a plugin's file has to be. Go: SecureConfig. */
export interface Checksum {
  /** Any of `crypto.getHashes()`, for example "sha256". Go: Hash. */
  readonly algorithm: string;
  /** The hash of the file's content, as bytes or in hexadecimal. Go: Checksum. */
  readonly expected: string | Uint8Array;
  /**
   * The file to check where the command is an interpreter: the script. As for the plugin, a relative path starts at `cwd`.
   * @default the command's own file
   */
  readonly file?: string;
}

/** A file that was found to be the expected one, and is kept open until the plugin has been started. */
export interface CheckedFile {
  /** The command's own file, if that is what was checked: it is to be run, rather than what another search may find. */
  readonly executable: string | undefined;
  /**
   * Makes sure that the path still is what was checked.
   * @throws {PluginError} `ERR_PLUGIN_CHECKSUM`
   */
  recheck(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Compares the file's hash with the expected one, in constant time. Go: SecureConfig.Check.
 *
 * @throws {PluginError} `ERR_PLUGIN_CHECKSUM` when they differ, or the file cannot be read.
 */
export async function checkFile(
  { algorithm, expected, file }: Checksum,
  { command, cwd }: Pick<LaunchSettings, "command" | "cwd">,
  env: NodeJS.ProcessEnv,
): Promise<CheckedFile> {
  const path = file === undefined ? (findCommand(command, cwd, env) ?? command) : resolve(cwd ?? ".", file);
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (cause) {
    throw unreadable(cause);
  }
  try {
    const before = await identify(handle);
    const hash = createHash(algorithm);
    for await (const chunk of handle.createReadStream({ autoClose: false, start: 0 })) hash.update(chunk);
    const wanted = typeof expected === "string" ? Buffer.from(expected, "hex") : expected;
    const actual = hash.digest();
    if (actual.length !== wanted.length || !timingSafeEqual(actual, wanted)) {
      throw new PluginError(
        "ERR_PLUGIN_CHECKSUM",
        `checksums did not match: expected ${algorithm} ${Buffer.from(wanted).toString("hex")} of ${path}, got ${actual.toString("hex")}. The file is not the one that was meant: do not run it`,
      );
    }
    const executable = file === undefined ? path : undefined;
    return { executable, recheck: () => recheck(path, before), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error instanceof PluginError ? error : unreadable(error);
  }
}

function unreadable(cause: unknown): PluginError {
  return new PluginError("ERR_PLUGIN_CHECKSUM", `error verifying checksum: ${(cause as Error).message}`, { cause });
}

async function recheck(path: string, before: string): Promise<void> {
  const handle = await open(path).catch(() => undefined);
  try {
    if (handle && (await identify(handle)) === before) return;
  } finally {
    await handle?.close();
  }
  throw new PluginError("ERR_PLUGIN_CHECKSUM", `${path} was changed or replaced after its checksum was verified`);
}

/** Every change of a file's content, and its replacement, changes one of these; a program cannot set the change time. */
async function identify(handle: FileHandle): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await handle.stat({ bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

/** For the validation of options. */
export function isChecksum(value: unknown): boolean {
  const { algorithm, expected, file } = (value ?? {}) as Partial<Checksum>;
  return (
    typeof algorithm === "string" &&
    getHashes().includes(algorithm) &&
    (expected instanceof Uint8Array ? expected.length > 0 : /^([0-9a-f]{2})+$/i.test(expected ?? "")) &&
    (file === undefined || (typeof file === "string" && file !== "" && !file.includes("\0")))
  );
}
