import { type Command, InvalidArgumentError, Option } from "commander";
import { products } from "../products/products.js";

/** Options for finding and starting a plugin; every command has them. */
export interface PluginOptions {
  readonly product?: string;
  readonly cookie?: string;
  readonly versions?: readonly number[];
  readonly protocol?: "grpc" | "netrpc";
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly autoMtls?: boolean;
  readonly multiplex: boolean;
  readonly reattach?: string;
  readonly startTimeout?: number;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error";
}

const productNames = products.flatMap((product) => product.names);

export function addPluginOptions(command: Command): Command {
  return command
    .optionsGroup("How the plugin is started:")
    .option("--product <name>", `the plugin is one of ${productNames.join(", ")}; guessed from its file's name`)
    .option("--cookie <KEY=VALUE>", "the magic cookie of its host")
    .option("--versions <list>", "versions of the application's protocol to offer, such as 5,6", parseVersionList)
    .addOption(new Option("--protocol <name>", "what it speaks; found out by default").choices(["grpc", "netrpc"]))
    .option("--env <KEY=VALUE>", "a further variable; may be repeated", collectVariables, {})
    .option("--cwd <folder>", "its working directory")
    .option("--auto-mtls", "secure the connection with one-time certificates")
    .option("--no-auto-mtls", "do not, though the product's host does")
    .option("--multiplex", "ask for brokered connections that share the one connection", false)
    .option("--reattach <config>", "connect to a plugin that runs: a file, JSON, or TF_REATTACH_PROVIDERS")
    .option("--start-timeout <duration>", "how long it may take to start; 60s by default", parseDuration)
    .addOption(
      new Option("--log-level <level>", "entries of its log to show on stderr")
        .choices(["trace", "debug", "info", "warn", "error"])
        .default("warn"),
    )
    .optionsGroup("Options:");
}

/** `5s`, `200ms`, `2m`, or seconds. */
export function parseDuration(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError("expected a duration such as 500ms, 5s or 2m");
  return Number(number) * { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit as "ms" | "s" | "m" | "h"];
}

function parseVersionList(text: string): number[] {
  const versions = text.split(",").map((version) => version.trim());
  if (!versions.every((version) => /^\d+$/.test(version))) {
    throw new InvalidArgumentError("expected whole numbers such as 5,6");
  }
  return versions.map(Number);
}

function collectVariables(text: string, earlier: Record<string, string>): Record<string, string> {
  const [key, value] = splitAtEquals(text);
  return { ...earlier, [key]: value };
}

export function splitAtEquals(text: string): [key: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("expected KEY=VALUE");
  return [text.slice(0, at), text.slice(at + 1)];
}
