import { type Deadline, within } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import { exitCodeText, type PluginExit } from "../process/plugin-exit.js";
import type { RunningProcess } from "../process/running-process.js";

/** For {@link exitedError}: the process had not printed its line. */
export const beforeLine = "before it printed its handshake line";

/** A process that has closed its stdout, or its socket, is usually about to exit. */
export const exitGraceMs = 500;

/**
 * Looks for the reason of a failed start in the process.
 *
 * @throws {PluginError} `ERR_PLUGIN_EXITED` if the process has exited by itself, or does so within half a second; the
 * deadline's reason if the start has been cancelled.
 */
export async function throwIfExited(process: RunningProcess, { signal }: Deadline, when: string): Promise<void> {
  const exit = await within(process.exited, exitGraceMs);
  if (exit?.expected === false) throw exitedError(exit, when);
  signal.throwIfAborted();
}

/** The error for a process that ended by itself during its start. */
export function exitedError({ code, signal, stderrTail }: PluginExit, when: string): PluginError {
  const how = signal === null ? `exited with code ${exitCodeText(code)}` : `was ended by ${signal}`;
  return new PluginError("ERR_PLUGIN_EXITED", `the plugin ${how} ${when}${hintAt({ code, stderrTail }, when)}`);
}

function hintAt({ code, stderrTail }: Pick<PluginExit, "code" | "stderrTail">, when: string): string {
  // Go's library and the libraries that follow it print this text.
  if (/This (binary|program) is a plugin/.test(stderrTail)) {
    return ": it did not recognise its host, so the magic cookies of host and plugin differ";
  }
  if (
    /(\/dev\/(stdout|stderr|fd\/[12])|\/proc\/(self|\d+)\/fd\/[12])\b.*(No such device or address|ENXIO)/.test(
      stderrTail,
    )
  ) {
    return ": it opened /dev/stdout or /dev/stderr by name, which the system refuses for the sockets that Node.js makes of a child's output. Write to the descriptor instead, in a shell with >&2";
  }
  if (code === 0 && when === beforeLine) {
    return ": it ended without serving. Does the program call serve(), and does serve() come before it ends?";
  }
  return "";
}
