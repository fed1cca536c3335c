import { type Handshake, HandshakeError, type HandshakeErrorCode, parseHandshake } from "@go-plugin/proto/internal";
import { within } from "../end/within.js";
import { PluginError, type PluginErrorCode } from "../errors.js";
import type { PluginExit } from "../process/plugin-exit.js";
import type { RunningProcess, StartedProcess } from "../process/running-process.js";
import type { StartDeadline } from "../start/start-deadline.js";
import { type FirstLineReader, readFirstLine } from "./first-line.js";

/** A process that has closed its stdout, or its socket, is usually about to exit. */
const exitGraceMs = 500;

const codes: Partial<Record<HandshakeErrorCode, PluginErrorCode>> = {
  ERR_HANDSHAKE_VERSION: "ERR_PLUGIN_VERSION",
  ERR_HANDSHAKE_PROTOCOL: "ERR_PLUGIN_PROTOCOL",
};

/**
 * Waits for the plugin's first line of stdout.
 *
 * @throws {PluginError} when none comes, or one that is too long.
 */
export async function receiveLine(
  process: StartedProcess,
  reader: FirstLineReader,
  start: StartDeadline,
): Promise<string> {
  const first = await start.until("print its handshake line to stdout", readFirstLine(process.stdout, reader));
  if (first.kind === "line") return first.line;
  if (first.kind === "too-long") {
    throw new PluginError(
      "ERR_PLUGIN_HANDSHAKE",
      "expected a handshake line on stdout, got 64 KiB without a newline: this program is not a go-plugin plugin, or it printed something before it served",
    );
  }
  await throwIfExited(process, start, "before it printed its handshake line");
  throw new PluginError(
    "ERR_PLUGIN_HANDSHAKE",
    "Failed to read any lines from plugin's stdout: it was closed without a handshake line, while the process is still running",
  );
}

/**
 * Understands the line, and checks that the plugin is one that this host can use.
 *
 * @throws {PluginError}
 */
export function acceptHandshake(
  line: string,
  versions: { readonly [version: number]: Handshake["protocol"] },
  { multiplex }: { readonly multiplex: boolean },
): Handshake {
  let handshake: Handshake;
  try {
    const protocols = [...new Set(Object.values(versions))];
    handshake = parseHandshake(line, { versions: Object.keys(versions).map(Number), protocols, multiplex });
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    throw new PluginError(codes[error.code] ?? "ERR_PLUGIN_HANDSHAKE", error.message, { cause: error });
  }
  const { appVersion, protocol } = handshake;
  if (versions[appVersion] !== protocol) {
    throw new PluginError(
      "ERR_PLUGIN_PROTOCOL",
      `unsupported plugin protocol "${protocol}" for version ${appVersion}. Supported: [${versions[appVersion]}]`,
    );
  }
  return handshake;
}

/** Throws if the process has exited by itself, or is about to, or if the start was given up meanwhile. */
export async function throwIfExited(process: RunningProcess, start: StartDeadline, when: string): Promise<void> {
  const exit = await within(process.exited, exitGraceMs);
  if (exit?.expected === false) throw exitedError(exit, when);
  start.signal.throwIfAborted();
}

/** The plugin's process ended by itself. */
export function exitedError({ code, signal, stderrTail }: PluginExit, when: string): PluginError {
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
  // Go's text, and that of all who follow it.
  const hint = /This (binary|program) is a plugin/.test(stderrTail)
    ? ": it did not recognise its host, so the magic cookies of host and plugin differ"
    : "";
  return new PluginError("ERR_PLUGIN_EXITED", `the plugin ${how} ${when}${hint}`);
}
