import { textOf } from "@go-plugin/proto/internal";
import type { OutputCapture } from "./output-capture.js";
import { writeIfRead } from "./write-fully.js";

/**
 * Puts `panic: ` in front of what Node prints when an error that nobody caught ends the process: hosts log all that
 * follows that word as errors, and would hide it at debug level otherwise.
 */
export function reportCrash(capture: OutputCapture): void {
  process.on("uncaughtExceptionMonitor", (error) => {
    if (process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
    const [firstLine] = textOf(error).split("\n", 1);
    // What the plugin printed before belongs before it.
    capture.spill();
    writeIfRead(2, `panic: uncaught error in the plugin: ${firstLine}\n\n`);
  });
}
