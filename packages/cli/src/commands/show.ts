import { collectSessions, LineFormatter, readTrace, type TracedCall } from "@go-plugin/proxy";
import type { AddCommand } from "../command.js";
import { UsageError } from "../errors.js";
import { print } from "../terminal.js";
import { writePage } from "../trace/output.js";

/** Shows a trace that was recorded before. */
export const addShowCommand: AddCommand = (program) => {
  program
    .command("show")
    .description("show a trace: lines, or the page")
    .argument("<trace>", "JSON lines of go-plugin trace")
    .option("--html <file>", "write the page")
    .option("--json", "one line for each call, with its messages, its status and its duration", false)
    .action(async (path: string, { html, json }: { html?: string; json: boolean }) => {
      let events: ReturnType<typeof readTrace>;
      try {
        events = readTrace(path);
      } catch (cause) {
        throw new UsageError((cause as Error).message, { cause });
      }
      if (html !== undefined) return writePage(html, events);
      if (json) {
        for (const { session, calls } of collectSessions(events)) {
          for (const call of calls) await print(`${JSON.stringify({ session, ...summarize(call) })}\n`);
        }
        return;
      }
      const formatter = new LineFormatter();
      for (const event of events) {
        const line = formatter.format(event);
        if (line !== undefined) await print(`${line}\n`);
      }
    });
};

function summarize({ begin, messages, end }: TracedCall) {
  const { from, method, metadata, brokerId } = begin;
  return {
    method,
    from,
    ...(brokerId !== undefined && { brokerId }),
    metadata,
    messages: messages.map((one) => ({ from: one.from, message: one.message ?? { $bytes: one.bytes } })),
    // A call that had not ended when the trace did has neither.
    ...(end && { status: end.status, statusMessage: end.message, durationMs: end.durationMs }),
  };
}
