import type { Command } from "commander";
import {
  addCommonOptions,
  type CommonOptions,
  type Invocation,
  parseVersions,
  readBaseline,
  report,
} from "./options.js";

interface CheckCommandOptions extends CommonOptions {
  readonly cookie: { readonly key: string; readonly value: string };
  readonly versions?: readonly number[];
  readonly dispense?: string;
}

/**
 * Adds `check`, which checks a plugin.
 *
 * @example
 * ```ts
 * const program = new Command("kit");
 * addCheckCommand(program, { rest: [], signal });
 * addCheckHostCommand(program, { rest: ["./host", "{plugin}"], signal });
 * await program.parseAsync();
 * ```
 */
export function addCheckCommand(program: Command, { rest, signal }: Invocation): void {
  const command = program
    .command("check")
    .description("check a plugin in any language against the rules of the protocol")
    .argument("<plugin>", "its executable file; its own arguments follow after --");
  addCommonOptions(command)
    .option("--versions <list>", "versions of the application to offer (default: 0 to 30)", parseVersions)
    .option("--dispense <name>", "net/rpc: a plugin to dispense")
    .addHelpText(
      "after",
      "\nRules and reasons: docs/protocol of the project. Exit codes: 0; 1 failures; 2 usage; 5 an error of the kit.",
    )
    .action(async (plugin: string, options: CheckCommandOptions) => {
      if (!options.cookie) command.error("error: required option '--cookie <key=value>' not specified");
      const { cookie, versions, echo, dispense, only, timeout, concurrency } = options;
      const baseline = await readBaseline(options.baseline);
      // The other commands of the program do not wait for what it loads.
      const { checkPlugin } = await import("../check-plugin.js");
      const result = await checkPlugin({
        command: plugin,
        args: rest,
        cookie,
        only,
        concurrency,
        signal,
        timeoutMs: timeout * 1000,
        ...(versions && { versions }),
        ...(echo && { echo }),
        ...(dispense && { dispense }),
        ...(baseline && { baseline }),
      });
      await report(result, options);
    });
}
