import { createRequire } from "node:module";
import { closeAll, PluginError } from "@go-plugin/host";
import { Command, CommanderError, type Option } from "commander";
import type { Invocation } from "./command.js";
import { commands } from "./commands.js";
import { Exit, ExitCode, UsageError } from "./errors.js";
import { colors, printError } from "./terminal.js";
import { installedCommandLine } from "./trace/install.js";

/** Runs one command line and sets the exit code. */
export async function run(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  const given = commandLineOf(argv);
  const dashes = given.indexOf("--");
  const rest = dashes === -1 ? [] : given.slice(dashes + 1);
  const onSignal = (signal: NodeJS.Signals) => {
    if (interrupt.signal.aborted) return;
    interrupt.abort(new Error(`ended by ${signal}`));
    // Plugins are closed, so commands that wait for them fail. A command that goes on all the same is cut off.
    void closeAll().finally(() => setTimeout(() => process.exit(ExitCode.interrupted), 500).unref());
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const leaveSignals = () => void process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  try {
    const program = createProgram({ rest, signal: interrupt.signal, leaveSignals });
    await program.parseAsync(dashes === -1 ? given : given.slice(0, dashes), { from: "user" });
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? ExitCode.interrupted : report(error);
  } finally {
    leaveSignals();
    if (interrupt.signal.aborted) process.exitCode = ExitCode.interrupted;
  }
}

/** A link with the name of a plugin has its command line beside it; what its host gives is for the real plugin. */
function commandLineOf([, started, ...given]: readonly string[]): readonly string[] {
  const installed = installedCommandLine(started);
  return installed ? [...installed, ...given] : given;
}

function createProgram(invocation: Invocation): Command {
  const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
  const program = new Command("go-plugin")
    .description("Inspects, calls, traces, replays and breaks plugins of HashiCorp's go-plugin, in any language.")
    .version(version)
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .showHelpAfterError("(go-plugin <command> --help says more)")
    .addHelpText("after", help);
  for (const add of commands) add(program, invocation);
  for (const command of program.commands) command.exitOverride().configureHelp({ optionDescription: describeOption });
  return program;
}

/** Empty lists and switches that are off are what everybody expects. */
function describeOption({ description, argChoices, defaultValue }: Option): string {
  const shown = typeof defaultValue === "string" || typeof defaultValue === "number";
  const notes = [
    ...(argChoices ? [`choices: ${argChoices.join(", ")}`] : []),
    ...(shown ? [`default: ${defaultValue}`] : []),
  ];
  return notes.length > 0 ? `${description} (${notes.join("; ")})` : description;
}

const help = `
A first look at a provider of Terraform or OpenTofu:
  go-plugin inspect ./terraform-provider-time
  go-plugin call ./terraform-provider-time tfplugin5.Provider/GetSchema
  go-plugin trace --out trace.jsonl --html trace.html -- ./terraform-provider-time

Exit codes: 0; 1 differences or failed checks; 2 command line; 3 the plugin could not be started;
4 error of a net/rpc call; 5 the conformance kit failed; 64 and more: 64 + the status code of a gRPC call; 130 interrupted.`;

function report(error: unknown): number {
  if (error instanceof Exit) return error.code;
  // Commander has said it itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof UsageError) {
    printError(`${colors.red("error:")} ${error.message}`);
    return ExitCode.usage;
  }
  if (error instanceof PluginError) {
    printError(`${colors.red("error:")} ${error.message} ${colors.dim(`(${error.code})`)}`);
    return ExitCode.plugin;
  }
  printError(`${colors.red("error:")} ${error instanceof Error ? error.message : String(error)}`);
  return ExitCode.failed;
}
