import { createHash, getHashes, timingSafeEqual } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { findCommand } from "../command/find-command.js";
import { PluginError } from "../errors.js";
import type { Checksum } from "../validate/checksum.js";
import type { LaunchSettings } from "../validate/launch-options.js";

/** A file whose checksum was verified. It is kept open until the plugin has started. */
export interface CheckedFile {
  /** Path of the command's file, if that was checked. It is run instead of what a second search may find. */
  readonly executable: string | undefined;
  /**
   * Makes sure that the path still leads to the file that was verified.
   * @throws {PluginError} `ERR_PLUGIN_CHECKSUM`
   */
  recheck(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Compares the file's hash with the expected one, in constant time. Go: SecureConfig.Check.
 *
 * @throws {PluginError} `ERR_PLUGIN_CHECKSUM` when they differ or the file cannot be read; `ERR_PLUGIN_OPTIONS` for an
 * unknown algorithm.
 */
export async function checkFile(
  { algorithm, expected, file }: Checksum,
  { command, cwd }: Pick<LaunchSettings, "command" | "cwd">,
  env: NodeJS.ProcessEnv,
): Promise<CheckedFile> {
  if (!getHashes().includes(algorithm)) {
    throw new PluginError(
      "ERR_PLUGIN_OPTIONS",
      `invalid checksum: expected an algorithm of crypto.getHashes(), got ${JSON.stringify(algorithm)}`,
    );
  }
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
        `checksums did not match: expected ${algorithm} ${Buffer.from(wanted).toString("hex")} of ${path}, got ${actual.toString("hex")}. It is not the expected file: do not run it`,
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

/** Changes with every change to the content and with every replacement: no program can set the change time. */
async function identify(handle: FileHandle): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await handle.stat({ bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}
