import { type FaultPlan, parseFaults, RandomFaults } from "@go-plugin/proxy";
import { InvalidArgumentError } from "commander";
import type { AddCommand } from "../command.js";
import { UsageError } from "../errors.js";
import { install } from "../trace/install.js";
import { TraceOutput } from "../trace/output.js";
import { runProxy } from "../trace/run-proxy.js";
import { addTraceOptions, commandLine, proxyOptions, type TraceOptions } from "./trace.js";

interface FaultOptions extends TraceOptions {
  readonly fault: readonly string[];
  readonly random?: number;
  readonly seed?: number;
}

const syntax = `
Faults, each with --do KIND[@PLACE]:
  delay=200ms   what is said is passed on later, and all behind it
  cut           the connection is dropped
  half          half of what was said is passed on, then the connection is dropped
  kill          the real plugin is killed
  garbage=TEXT  a line before the handshake
  wrong-certificate  a certificate that the handshake line does not name (AutoMTLS)
Places: handshake; call, message or end, of any method, or of one: call:Service/Method, and its nth: call:Get#3.
Without a place: delay, cut, half and kill happen at the first call.`;

/** The same proxy, and things go wrong. */
export const addFaultCommand: AddCommand = (program, invocation) => {
  const collect = (text: string, earlier: readonly string[]) => [...earlier, text];
  const command = program
    .command("fault")
    .description(
      "stand in for a plugin and let things go wrong: go-plugin fault --do cut@call:Put -- ./real-plugin args",
    )
    .option("--do <fault>", "what goes wrong, and where; may be repeated", collect, [])
    .option(
      "--random <probability>",
      "let something go wrong at each place with this probability, such as 0.01",
      parseProbability,
    )
    .option("--seed <number>", "of --random; a new one is chosen and told otherwise", parseSeed)
    .option("--as <path>", "do not start: make a link of this name, for the host to start in the plugin's place")
    .addHelpText("after", syntax);
  addTraceOptions(command).action(async (options: FaultOptions & { do: readonly string[] }) => {
    const [real, ...args] = invocation.rest;
    if (real === undefined)
      throw new UsageError("expected the real plugin behind --: go-plugin fault --do cut -- ./real-plugin");
    const faults = createPlan(options.do, options);
    if (options.as !== undefined) {
      const own = [
        ...options.do.flatMap((text) => ["--do", text]),
        ...(options.random === undefined ? [] : ["--random", String(options.random)]),
        ...(options.seed === undefined ? [] : ["--seed", String(options.seed)]),
      ];
      const [, ...others] = commandLine("fault", options, [real, ...args]);
      install(options.as, ["fault", ...own, ...others]);
      return;
    }
    invocation.leaveSignals();
    const quiet = [options.out, options.lines, options.html, options.pcap].every((file) => file === undefined);
    const output = new TraceOutput(quiet ? { lines: "/dev/null" } : options);
    await runProxy({ command: real, args, ...(await proxyOptions(options)), faults }, output);
  });
};

function createPlan(texts: readonly string[], { random, seed }: FaultOptions): FaultPlan {
  try {
    if (random === undefined) return parseFaults(texts);
  } catch (cause) {
    throw new UsageError(`--do: ${(cause as Error).message}`, { cause });
  }
  const chosen = seed ?? Math.floor(Math.random() * 2 ** 32);
  process.stderr.write(`[WARN] go-plugin fault: --seed ${chosen}\n`);
  return new RandomFaults(random, chosen);
}

function parseProbability(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("expected a number above 0, up to 1");
}

function parseSeed(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("expected a whole number");
}
