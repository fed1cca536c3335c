import { LineFormatter, readTrace } from "@go-plugin/proxy";
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
    .action(async (path: string, { html }: { html?: string }) => {
      let events: ReturnType<typeof readTrace>;
      try {
        events = readTrace(path);
      } catch (cause) {
        throw new UsageError((cause as Error).message, { cause });
      }
      if (html !== undefined) return writePage(html, events);
      const formatter = new LineFormatter();
      for (const event of events) {
        const line = formatter.format(event);
        if (line !== undefined) await print(`${line}\n`);
      }
    });
};
