import { isAbsolute, resolve } from "node:path";
import type { Command } from "commander";
import type { AddCommand } from "../command.js";
import { UsageError } from "../errors.js";
import { addSchemaOptions, loadSchemaFiles, type SchemaOptions } from "../plugin/schema.js";
import { products } from "../products/products.js";
import { absolute, install } from "../trace/install.js";
import { type OutputOptions, TraceOutput } from "../trace/output.js";
import { runProxy } from "../trace/run-proxy.js";

export interface TraceOptions extends OutputOptions, SchemaOptions {
  readonly redact: readonly string[] | boolean;
  readonly raw: boolean;
  readonly reflection: boolean;
  readonly recordEnv: readonly string[];
  readonly as?: string;
}

/** Stands between a host and its plugin, and records what they say. */
export const addTraceCommand: AddCommand = (program, invocation) => {
  const command = program
    .command("trace")
    .description(
      "stand in for a plugin and record what it and its host say: go-plugin trace --out FILE -- ./real-plugin args",
    )
    .option("--as <path>", "do not start: make a link of this name, for the host to start in the plugin's place");
  addTraceOptions(command).action(async (options: TraceOptions) => {
    const [real, ...args] = invocation.rest;
    if (real === undefined)
      throw new UsageError("expected the real plugin behind --: go-plugin trace --out FILE -- ./real-plugin");
    if (options.as !== undefined) {
      install(options.as, commandLine("trace", options, [findCommand(real), ...args]));
      return;
    }
    invocation.leaveSignals();
    await runProxy({ command: real, args, ...(await proxyOptions(options)) }, new TraceOutput(options));
  });
};

/** Adds the options that trace and fault share. */
export function addTraceOptions(command: Command): Command {
  const collect = (name: string, earlier: readonly string[] | boolean) => [
    ...(Array.isArray(earlier) ? earlier : []),
    name,
  ];
  return addSchemaOptions(command)
    .option("--out <file>", "JSON lines; several starts of the plugin append to one file")
    .option("--lines <file>", "lines for people; the terminal, if nothing else is asked for")
    .option("--html <file>", "one page to look at; with --out, of all that is in that file")
    .option("--pcap <file>", "a capture for Wireshark and tshark")
    .option("--redact <name>", "leave out this field too; may be repeated", collect, [])
    .option("--no-redact", "record secrets as well")
    .option("--raw", "also the bytes of every message, secrets included", false)
    .option("--no-reflection", "do not ask the plugin for descriptors")
    .option("--record-env <name>", "record the value of this variable too; may be repeated", collect, []);
}

export async function proxyOptions(options: TraceOptions) {
  const cookies = products.map(({ cookie }) => cookie.slice(0, cookie.indexOf("=")));
  return {
    schema: await loadSchemaFiles(options),
    reflection: options.reflection,
    raw: options.raw,
    recordEnv: [...cookies, ...options.recordEnv],
    redact:
      options.redact === false ? { byName: false } : { names: Array.isArray(options.redact) ? options.redact : [] },
  };
}

/** The same command line, to be run from anywhere. */
export function commandLine(name: string, options: TraceOptions, real: readonly string[]): string[] {
  const value = (flag: string, text: string | undefined) => (text === undefined ? [] : [flag, text]);
  const each = (flag: string, texts: readonly string[]) => texts.flatMap((text) => [flag, text]);
  return [
    name,
    ...value("--out", absolute(options.out)),
    ...value("--lines", absolute(options.lines)),
    ...value("--html", absolute(options.html)),
    ...value("--pcap", absolute(options.pcap)),
    ...(options.redact === false
      ? ["--no-redact"]
      : each("--redact", Array.isArray(options.redact) ? options.redact : [])),
    ...(options.raw ? ["--raw"] : []),
    ...(options.reflection ? [] : ["--no-reflection"]),
    ...each("--record-env", options.recordEnv),
    ...each(
      "--descriptors",
      options.descriptors.map((path) => resolve(path)),
    ),
    ...each(
      "--proto",
      options.proto.map((path) => resolve(path)),
    ),
    ...each(
      "--proto-path",
      options.protoPath.map((path) => resolve(path)),
    ),
    "--",
    ...real,
  ];
}

/** A path stays right elsewhere; a name is looked up in PATH. */
function findCommand(command: string): string {
  return isAbsolute(command) || !command.includes("/") ? command : resolve(command);
}
