import { createHash, getHashes, timingSafeEqual } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { executableHeaderBytes, readExecutableFormat } from "../command/executable-format.js";
import { findCommand } from "../command/find-command.js";
import { PluginError } from "../errors.js";
import type { Checksum } from "../validate/checksum.js";
import type { LaunchSettings } from "../validate/launch-options.js";

/** A file whose checksum was verified. It is kept open until the plugin has started. */
export interface CheckedFile {
  /** The path of the command's file, if it was checked. It is run instead of the result of a second search. */
  readonly executable: string | undefined;
  /**
   * Makes sure that the path still leads to the file that was verified, and on Linux that the process runs that file.
   * @throws {PluginError} `ERR_PLUGIN_CHECKSUM`
   */
  recheck(pid: number): Promise<void>;
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
  signal: AbortSignal,
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
    // Without O_NONBLOCK, opening a FIFO would wait for a writer.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw unreadable(cause);
  }
  try {
    const before = await identify(handle);
    if (!before.isFile) throw new Error(`expected a file at ${path}, got something else`);
    const hash = createHash(algorithm);
    for await (const chunk of handle.createReadStream({ autoClose: false, start: 0 })) {
      signal.throwIfAborted();
      hash.update(chunk);
    }
    const wanted = typeof expected === "string" ? Buffer.from(expected, "hex") : expected;
    const actual = hash.digest();
    if (actual.length !== wanted.length || !timingSafeEqual(actual, wanted)) {
      throw new PluginError(
        "ERR_PLUGIN_CHECKSUM",
        `checksums did not match: expected ${algorithm} ${Buffer.from(wanted).toString("hex")} of ${path}, got ${actual.toString("hex")}. It is not the expected file: do not run it`,
      );
    }
    const executable = file === undefined ? path : undefined;
    const header = Buffer.alloc(executableHeaderBytes);
    const { bytesRead } = await handle.read(header, 0, header.length, 0);
    const isNative = isNativeExecutable(header.subarray(0, bytesRead));
    return {
      executable,
      recheck: async (pid) => {
        await expectSame(path, before);
        if (executable !== undefined && isNative) await expectRunning(pid, path, before);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error instanceof PluginError ? error : unreadable(error);
  }
}

function unreadable(cause: unknown): PluginError {
  return new PluginError("ERR_PLUGIN_CHECKSUM", `error verifying checksum: ${(cause as Error).message}`, { cause });
}

async function expectSame(path: string, before: FileIdentity): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  try {
    if (handle && (await identify(handle)).version === before.version) return;
  } finally {
    await handle?.close();
  }
  throw new PluginError("ERR_PLUGIN_CHECKSUM", `${path} was changed or replaced after its checksum was verified`);
}

/** Compares with the file that the kernel runs, which may have been swapped for the start and swapped back since. */
async function expectRunning(pid: number, path: string, before: FileIdentity): Promise<void> {
  if (process.platform !== "linux") return;
  // It cannot be read when the process has already ended, or runs with another user's rights.
  const running = await stat(`/proc/${pid}/exe`, { bigint: true }).catch(() => undefined);
  if (!running || `${running.dev}:${running.ino}` === before.file) return;
  throw new PluginError(
    "ERR_PLUGIN_CHECKSUM",
    `the process ${pid} runs another file than ${path}, whose checksum was verified`,
  );
}

/** Scripts run their interpreter, and binaries of another architecture run an emulator. */
function isNativeExecutable(header: Buffer): boolean {
  const format = readExecutableFormat(header);
  return format.kind === "ELF" && format.architecture === process.arch;
}

interface FileIdentity {
  readonly file: string;
  /** Changes with every change to the content and with every replacement: no program can set the change time. */
  readonly version: string;
  readonly isFile: boolean;
}

async function identify(handle: FileHandle): Promise<FileIdentity> {
  const stats = await handle.stat({ bigint: true });
  const file = `${stats.dev}:${stats.ino}`;
  return { file, version: [file, stats.size, stats.mtimeNs, stats.ctimeNs].join(":"), isFile: stats.isFile() };
}
