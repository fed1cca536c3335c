import type { Command } from "commander";
import {
  addCommonOptions,
  type CommonOptions,
  type Invocation,
  parseSeconds,
  readBaseline,
  report,
} from "./options.js";

interface CheckHostCommandOptions extends CommonOptions {
  readonly startTimeout?: number;
}

/** Adds `check-host`, which checks a host. */
export function addCheckHostCommand(program: Command, { rest, signal }: Invocation): void {
  const command = program
    .command("check-host")
    .description("check a host in any language against the rules of the protocol")
    .usage("[options] -- <host> [arguments]")
    .addHelpText(
      "after",
      "\nThe host's command stands after --, with {plugin} where the plugin's path belongs: it starts the plugin, uses it, and ends.\nRules and reasons: docs/protocol of the project. Exit codes: 0; 1 failures; 2 usage; 5 an error of the kit.",
    );
  addCommonOptions(command)
    .option("--start-timeout <seconds>", "how long the host waits for a plugin's line", parseSeconds)
    .action(async (options: CheckHostCommandOptions) => {
      if (!rest.some((word) => word.includes("{plugin}"))) {
        command.error("error: expected the host's command after --, with {plugin} where the plugin's path belongs");
      }
      const { cookie, echo, only, timeout, concurrency, startTimeout } = options;
      const baseline = await readBaseline(options.baseline);
      // The other commands of the program do not wait for what it loads.
      const { checkHost } = await import("../check-host.js");
      const result = await checkHost({
        command: rest,
        only,
        concurrency,
        signal,
        // The host's whole run, with the ends that it has to wait for.
        timeoutMs: timeout * 2000,
        ...(cookie && { cookie }),
        ...(echo && { echo }),
        ...(startTimeout && { startTimeoutMs: startTimeout * 1000 }),
        ...(baseline && { baseline }),
      });
      await report(result, options);
    });
}
