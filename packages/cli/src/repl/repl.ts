import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { UsageError } from "../errors.js";
import { colors, print, printError } from "../terminal.js";

/** The actions of a repl's lines, and the words that complete them. */
export interface ReplActions {
  /** Methods that can be called. */
  readonly methods: readonly string[];
  /** Calls, and prints the answer. */
  call(method: string, data: string | undefined): Promise<void>;
  describe(name: string): string;
}

const help = `package.Service/Method {json}   call; Tab completes the method
.methods [text]                 what can be called
.type name                      the fields of a message, or the messages of a method
.exit                           end the plugin and leave (Ctrl-D)
`;

const maxHistory = 1_000;

/** Takes lines until the input ends. With a terminal: completion, and a history that is kept. */
export async function runRepl(actions: ReplActions, signal: AbortSignal): Promise<void> {
  const terminal = process.stdin.isTTY === true;
  const historyFile = join(process.env.XDG_STATE_HOME ?? join(homedir(), ".local/state"), "go-plugin/history");
  const lines = createInterface({
    input: process.stdin,
    ...(terminal && { output: process.stderr, history: readHistory(historyFile), historySize: maxHistory }),
    prompt: colors.bold("go-plugin> "),
    completer: (line: string) => complete(line, actions.methods),
  });
  signal.addEventListener("abort", () => lines.close(), { once: true });
  lines.on("SIGINT", () => lines.close());
  if (terminal) {
    printError(colors.dim(`${actions.methods.length} methods; .help says more`));
    lines.prompt();
  }
  for await (const line of lines) {
    const text = line.trim();
    if (text === ".exit") break;
    if (text !== "") {
      if (terminal) keep(historyFile, text);
      await runLine(text, actions);
    }
    if (terminal) lines.prompt();
  }
  lines.close();
}

async function runLine(text: string, actions: ReplActions): Promise<void> {
  const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  try {
    if (name === ".help") await print(help);
    else if (name === ".methods")
      await print(
        actions.methods
          .filter((one) => one.includes(rest))
          .map((one) => `${one}\n`)
          .join(""),
      );
    else if (name === ".type") await print(`${actions.describe(rest)}\n`);
    else if (name.startsWith(".")) throw new UsageError(`no command ${name}; .help says what there is`);
    else await actions.call(name, rest === "" ? undefined : rest);
  } catch (error) {
    // An error in one line does not end the repl.
    printError(`${colors.red("error:")} ${(error as Error).message}`);
  }
}

function complete(line: string, methods: readonly string[]): [string[], string] {
  const names = [".exit", ".help", ".methods", ".type", ...methods];
  const word = line.slice(line.lastIndexOf(" ") + 1);
  const found = names.filter((name) => name.startsWith(word) || name.slice(name.lastIndexOf("/") + 1).startsWith(word));
  return [word === "" ? names : found, word];
}

/** The newest first, as readline has it. */
function readHistory(path: string): string[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .reverse()
      .slice(0, maxHistory);
  } catch {
    return [];
  }
}

function keep(path: string, line: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
  } catch {
    // A history that cannot be kept is no reason to stop.
  }
}
