import { escapeControls, showInvisible } from "@go-plugin/proto/internal";
import { describeFile } from "../command/describe-file.js";
import { findCommand } from "../command/find-command.js";
import { PluginError, type PluginErrorCode } from "../errors.js";
import { exitCodeText, type PluginExit } from "../process/plugin-exit.js";
import { lastLines, shorten } from "../stderr/printable.js";
import type { LaunchSettings } from "../validate/launch-options.js";

const tailLines = 20;

/** Failures that the file itself may explain. */
const aboutTheFile: ReadonlySet<PluginErrorCode> = new Set([
  "ERR_PLUGIN_NOT_FOUND",
  "ERR_PLUGIN_NOT_EXECUTABLE",
  "ERR_PLUGIN_EXITED",
  "ERR_PLUGIN_HANDSHAKE",
]);

/** Facts about a failed start. */
export interface StartContext {
  readonly settings: Pick<LaunchSettings, "command" | "args" | "cwd" | "runner">;
  readonly env: NodeJS.ProcessEnv;
  /** The first line of stdout, possibly incomplete. */
  readonly line: string;
  /** The end of the process; `undefined` if it was not started. */
  readonly exit: Pick<PluginExit, "code" | "signal" | "stderrTail" | "expected"> | undefined;
  /** The runner's explanation. */
  readonly diagnosis?: string | undefined;
}

/** Adds the facts that a user needs to an error: command, first line, exit, stderr and file. */
export function describeStartError(
  failure: PluginError,
  { settings, env, line, exit, diagnosis }: StartContext,
): PluginError {
  const { command, args, cwd, runner } = settings;
  const shownCommand = [command, ...args].map(quoteArgument).join(" ");
  const details = [`  command: ${shownCommand}`];
  if (line !== "") details.push(`  first line of stdout: ${quoteLine(line)}`);
  const ownExit = exit?.expected === false ? exit : undefined;
  if (ownExit)
    details.push(`  exit: ${ownExit.signal === null ? `code ${exitCodeText(ownExit.code)}` : ownExit.signal}`);
  if (exit) details.push(...describeStderr(exit.stderrTail));
  if (diagnosis)
    details.push("  diagnosis of the runner:", ...diagnosis.split("\n").map((text) => `    ${escapeControls(text)}`));
  const file = !runner && aboutTheFile.has(failure.code) ? findCommand(command, cwd, env) : undefined;
  if (file !== undefined) details.push(...describeFile(file).map((note) => `  ${note}`));
  return new PluginError(failure.code, [escapeControls(failure.message), ...details].join("\n"), {
    ...("cause" in failure && { cause: failure.cause }),
    command: shownCommand,
    line: line === "" ? undefined : line,
    exitCode: ownExit?.code ?? undefined,
    signal: ownExit?.signal ?? undefined,
    stderrTail: exit?.stderrTail,
  });
}

function describeStderr(tail: string): string[] {
  const lines = lastLines(tail, tailLines);
  if (lines.length === 0) return ["  stderr: nothing"];
  return ["  stderr, its last lines:", ...lines.map((line) => `    ${line}`)];
}

function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : JSON.stringify(argument);
}

function quoteLine(line: string): string {
  return showInvisible(JSON.stringify(shorten(line)));
}
