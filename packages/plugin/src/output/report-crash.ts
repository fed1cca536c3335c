import { textOf } from "@go-plugin/proto/internal";
import type { OutputCapture } from "./output-capture.js";
import { writeIfRead } from "./write-fully.js";

/**
 * Writes `panic: ` before the runtime reports an uncaught error: hosts log everything after that word as errors, and
 * would otherwise hide it at debug level.
 */
export function reportCrash(capture: OutputCapture): void {
  const report = (error: unknown) => {
    const [firstLine] = textOf(error).split("\n", 1);
    // Earlier output of the plugin comes first.
    capture.spill();
    writeIfRead(2, `panic: uncaught error in the plugin: ${firstLine}\n\n`);
  };
  process.on("uncaughtExceptionMonitor", (error) => {
    if (isCaught()) return;
    report(error);
    if (process.versions.bun || process.versions.deno) end(error);
  });
  if (process.versions.bun) endOnUnhandledRejection(report);
}

/** Bun emits no monitor event for these, and does not end the process while a module waits at its top level. */
function endOnUnhandledRejection(report: (reason: unknown) => void): void {
  process.on("unhandledRejection", (reason) => {
    if (process.listenerCount("unhandledRejection") > 1) return;
    if (isCaught()) throw reason;
    report(reason);
    end(reason);
  });
}

/**
 * Ends the process as Node.js does. Bun continues while a module waits at its top level, as plugins do for serve(), and
 * Deno ends without the event "exit", in which the plugin's socket is removed.
 */
function end(error: unknown): never {
  writeIfRead(2, `${process.getBuiltinModule("node:util").inspect(error)}\n`);
  process.exit(1);
}

function isCaught(): boolean {
  return process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback();
}
