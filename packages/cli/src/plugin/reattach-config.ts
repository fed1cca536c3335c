import { readFileSync } from "node:fs";
import { parseReattachProviders, type ReattachConfig } from "@go-plugin/proto";
import { UsageError } from "../errors.js";

const variable = "TF_REATTACH_PROVIDERS";

/** Reads how to reach a running plugin: from a file, from JSON, or from Terraform's variable. */
export function readReattachConfig(source: string): ReattachConfig {
  const text = source === variable ? fromEnvironment() : source.trimStart().startsWith("{") ? source : read(source);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--reattach: expected JSON, got ${JSON.stringify(text.slice(0, 100))}`, { cause });
  }
  const config = fromOurs(value) ?? fromGo(value);
  if (config) return config;
  throw new UsageError(
    `--reattach: expected what reattachConfig() returns, Go's ReattachConfig, or the value of ${variable}; got ${text.slice(0, 200)}`,
  );
}

function fromEnvironment(): string {
  const text = process.env[variable];
  if (text) return text;
  throw new UsageError(
    `--reattach ${variable}: the variable is not set. A provider prints it when it is started with -debug`,
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`--reattach: ${(cause as Error).message}`, { cause });
  }
}

function fromOurs(value: unknown): ReattachConfig | undefined {
  const { protocol, network, address } = Object(value) as Partial<ReattachConfig>;
  return protocol && network && address ? (value as ReattachConfig) : undefined;
}

/** Reads Go's ReattachConfig, or one of several by the address of a provider. */
function fromGo(value: unknown): ReattachConfig | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  let providers: [address: string, config: ReattachConfig][];
  try {
    providers = Object.entries(parseReattachProviders(JSON.stringify("Addr" in value ? { plugin: value } : value)));
  } catch {
    return undefined;
  }
  if (providers.length <= 1) return providers[0]?.[1];
  throw new UsageError(
    `--reattach: there are several providers, ${providers.map(([name]) => name).join(", ")}; give the JSON of one`,
  );
}
