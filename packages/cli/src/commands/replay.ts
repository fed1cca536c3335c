import { collectSessions, readTrace, type TracedSession } from "@go-plugin/proxy";
import type { AddCommand } from "../command.js";
import { Exit, ExitCode, UsageError } from "../errors.js";
import { openPlugin } from "../plugin/open-plugin.js";
import { addPluginOptions, type PluginOptions, splitAtEquals } from "../plugin/options.js";
import { products } from "../products/products.js";
import { schemaOf } from "../replay/recorded.js";
import { type ReplayedCall, replayHost } from "../replay/replay-host.js";
import { replayPlugin } from "../replay/replay-plugin.js";
import { createRules, readRules } from "../replay/rules.js";
import { colors, createProgress, print } from "../terminal.js";

interface ReplayOptions extends PluginOptions {
  readonly ignore: readonly string[];
  readonly rules?: string;
  readonly asPlugin: boolean;
  readonly session?: string;
  readonly json: boolean;
}

/** Plays one side of a trace against the other. */
export const addReplayCommand: AddCommand = (program, invocation) => {
  const { rest, signal } = invocation;
  const command = program
    .command("replay")
    .description("say to a plugin what its host once said, and compare: go-plugin replay trace.jsonl -- ./plugin args")
    .argument("<trace>", "JSON lines of go-plugin trace")
    .option("--as-plugin", "play the plugin's part instead, for the host that has started this process", false)
    .option(
      "--ignore <rule>",
      "a difference that does not matter: a path such as newState.id, **.time or Method:path; may be repeated",
      (rule, earlier: string[]) => [...earlier, rule],
      [],
    )
    .option("--rules <file>", "such rules, one on each line")
    .option("--session <id>", "only this start of the plugin")
    .option("--json", "one line for each call", false);
  addPluginOptions(command).action(async (path: string, options: ReplayOptions) => {
    const rules = createRules([...options.ignore, ...(options.rules === undefined ? [] : readRules(options.rules))]);
    const sessions = read(path).filter(({ session }) => options.session === undefined || session === options.session);
    if (sessions.length === 0) throw new UsageError(`${path} has no start of a plugin that can be replayed`);
    if (options.asPlugin) {
      invocation.leaveSignals();
      return replayPlugin(sessions, cookieOf(sessions, options), rules);
    }
    let different = 0;
    let total = 0;
    for (const session of sessions) {
      const progress = await createProgress(options);
      await using opened = await openPlugin(targetOf(session, rest, options), progress, signal);
      if (!options.json) await print(`${colors.bold(`start ${session.session}`)}\n`);
      for await (const call of replayHost(opened, session, schemaOf(session), rules, signal)) {
        total++;
        if (call.differences.length > 0) different++;
        await print(options.json ? `${JSON.stringify(call)}\n` : format(call));
      }
    }
    if (!options.json) await print(`${total} calls, ${different} with differences\n`);
    if (different > 0) throw new Exit(ExitCode.failed);
  });
};

function read(path: string): TracedSession[] {
  try {
    return collectSessions(readTrace(path)).filter(({ handshake }) => handshake !== undefined);
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function cookieOf(sessions: readonly TracedSession[], options: ReplayOptions): [string, string] {
  const recorded = sessions.find(({ start }) => start)?.start?.env ?? {};
  const product = products.find(({ cookie }) => splitAtEquals(cookie)[0] in recorded);
  const cookie = options.cookie ?? product?.cookie;
  if (cookie !== undefined) return splitAtEquals(cookie);
  throw new UsageError("the trace has no magic cookie that is known: give --cookie KEY=VALUE");
}

/** The plugin as it was started when the trace was made, but for what the command line says. */
function targetOf(session: TracedSession, rest: readonly string[], options: ReplayOptions) {
  const { start, handshake } = session;
  if (handshake!.protocol !== "grpc") {
    throw new UsageError("the trace is of a plugin that speaks net/rpc: only gRPC can be replayed");
  }
  const [command = start?.command, ...args] = rest.length > 0 ? rest : [start?.command ?? "", ...(start?.args ?? [])];
  const cookie = options.cookie ?? (options.product === undefined ? cookieOf([session], options).join("=") : undefined);
  return {
    command,
    args,
    options: {
      ...options,
      ...(cookie !== undefined && { cookie }),
      versions: options.versions ?? [handshake!.appVersion],
      autoMtls: options.autoMtls ?? handshake!.autoMtls,
      multiplex: options.multiplex || handshake!.multiplex,
    },
  };
}

function format({ method, differences, recordedMs, nowMs, redacted }: ReplayedCall): string {
  const times = colors.dim(`${recordedMs.toFixed(1)} ms, now ${nowMs.toFixed(1)} ms`);
  const note = redacted ? colors.yellow(" a secret was left out of the request") : "";
  const lines = [
    `${differences.length === 0 ? colors.green("same") : colors.red("DIFFERENT")} ${method} ${times}${note}`,
  ];
  for (const { path, recorded, now } of differences) {
    lines.push(
      `  ${path}`,
      colors.red(`    - ${JSON.stringify(recorded)}`),
      colors.green(`    + ${JSON.stringify(now)}`),
    );
  }
  return `${lines.join("\n")}\n`;
}
